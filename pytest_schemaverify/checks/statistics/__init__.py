"""Checks of extended statistics."""
