"""Checks of row-level security policies."""
