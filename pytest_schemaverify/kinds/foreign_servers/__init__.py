"""Checks of foreign servers."""
