"""Checks of aggregates."""
