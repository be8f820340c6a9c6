"""Verify a PostgreSQL schema against a YAML file of expectations, as pytest items."""
