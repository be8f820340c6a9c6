"""Checks of what is granted to one role."""
