"""How much of a database a file of expectations pins, and what would have to be added."""
