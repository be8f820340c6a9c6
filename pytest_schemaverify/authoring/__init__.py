"""What writes and updates a file of expectations."""
