"""Checks of check constraints."""
