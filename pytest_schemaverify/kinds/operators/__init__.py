"""Checks of operators."""
