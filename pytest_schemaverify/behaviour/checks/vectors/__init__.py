"""Checks of all vector columns."""
