"""What a file says of the versions that a database lists, each check with its page."""
