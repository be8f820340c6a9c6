"""Checks of indexes."""
