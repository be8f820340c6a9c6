"""Checks of functions that find neighbours."""
