"""Checks of the table in which a runner of migrations keeps what it has applied."""
