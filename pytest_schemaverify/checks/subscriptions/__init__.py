"""Checks of subscriptions."""
