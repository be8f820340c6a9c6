"""Checks of types."""
