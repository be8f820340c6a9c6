"""Checks that every kind of object has."""
