"""Checks of foreign keys."""
