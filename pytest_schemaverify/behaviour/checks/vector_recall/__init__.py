"""Checks of what an index finds."""
