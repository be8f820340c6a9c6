"""Random inputs, to look for what the product does not survive."""
