"""Checks of range types."""
