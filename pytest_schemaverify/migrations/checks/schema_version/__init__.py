"""Checks of the version that the database says it has."""
