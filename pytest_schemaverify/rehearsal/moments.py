"""Names of moments on the way from an empty database to the one that is verified."""

BEFORE = "before"
"""What a file of expectations calls the moment before the first migration."""
UNSEEDED = "before the seed"
"""The moment after the last migration, where a seed follows; no file can name it."""
