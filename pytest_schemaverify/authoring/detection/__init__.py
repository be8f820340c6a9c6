"""What a project or a database says of itself before there is a file of expectations."""
