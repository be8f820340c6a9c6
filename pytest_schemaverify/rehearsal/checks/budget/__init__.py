"""Checks of what migrations cost those who use the database meanwhile."""
