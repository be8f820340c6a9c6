"""Checks of checks of domains."""
