"""Checks of one vector column."""
