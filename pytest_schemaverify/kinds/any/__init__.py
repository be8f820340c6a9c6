"""Checks that every kind of object has, or several."""
