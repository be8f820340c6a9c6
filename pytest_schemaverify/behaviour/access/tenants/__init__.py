"""Two tenants with rows of their own, and every way from one to the other."""
