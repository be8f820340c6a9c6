"""Checks of partitions."""
