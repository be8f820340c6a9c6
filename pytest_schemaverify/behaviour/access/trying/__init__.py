"""One identity in front of one table, view or function: what it tries, and what it reaches."""
