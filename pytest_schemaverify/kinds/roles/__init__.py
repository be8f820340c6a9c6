"""Checks of roles."""
