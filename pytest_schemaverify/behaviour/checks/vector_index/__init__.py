"""Checks of the index of a vector column."""
