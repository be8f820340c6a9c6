"""Statements about everything in scope."""
