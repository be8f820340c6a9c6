"""Checks of rows that a migration takes along."""
