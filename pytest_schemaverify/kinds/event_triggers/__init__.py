"""Checks of event triggers."""
