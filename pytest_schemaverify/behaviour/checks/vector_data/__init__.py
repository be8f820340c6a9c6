"""Checks of the vectors that are stored."""
