"""Checks of extensions."""
