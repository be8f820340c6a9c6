"""Rows that a table takes, made from what the catalog says about it."""
