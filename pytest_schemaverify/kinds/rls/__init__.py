"""Checks of row-level security."""
