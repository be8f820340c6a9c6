"""Checks of default privileges."""
