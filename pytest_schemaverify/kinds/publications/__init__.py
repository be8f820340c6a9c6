"""Checks of publications."""
