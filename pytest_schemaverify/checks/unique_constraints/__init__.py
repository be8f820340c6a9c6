"""Checks of unique constraints."""
