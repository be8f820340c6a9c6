"""Rights that a tenant gives itself by what it writes into rows about itself."""
