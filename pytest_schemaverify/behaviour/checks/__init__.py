"""What a file says of behaviour, of rows and of vectors, each check with its page."""
