"""Contracts of the Open Data Contract Standard: written from a file of expectations, and read."""
