"""Checks of migration files and of what they do."""
