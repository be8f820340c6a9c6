"""Checks of the tables and views that identities stand in front of."""
