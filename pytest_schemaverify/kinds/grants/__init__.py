"""Checks of what is granted on an object."""
