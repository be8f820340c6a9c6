"""What a file says of migrations as they are applied, each check with its page."""
