"""What other tools say of a database, as a file of expectations and a list of what it lacks."""
