"""Checks of queries that the user wrote."""
