"""Checks of materialized views."""
