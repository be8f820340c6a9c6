"""Checks of tables that are published."""
