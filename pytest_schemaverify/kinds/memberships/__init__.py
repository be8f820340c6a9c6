"""Checks of memberships in roles."""
