"""Checks of foreign data wrappers."""
