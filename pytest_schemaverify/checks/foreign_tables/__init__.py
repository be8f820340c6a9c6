"""Checks of foreign tables."""
