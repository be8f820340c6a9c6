"""Checks of functions that the file allows to be called."""
