"""Checks of a table's rows."""
