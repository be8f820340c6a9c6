"""Checks of sequences."""
