"""Checks of operator classes."""
