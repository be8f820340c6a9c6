"""What is found out by trying: who reaches which rows, what functions do, what searches find."""
