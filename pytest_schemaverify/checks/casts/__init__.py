"""Checks of casts."""
