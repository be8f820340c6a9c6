"""Checks of what the file does not name."""
