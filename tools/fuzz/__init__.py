"""Inputs made by chance, to look for what the product does not survive."""
