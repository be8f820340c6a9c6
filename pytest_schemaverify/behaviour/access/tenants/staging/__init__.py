"""What tells tenants apart, and rows of two of them in every table that is theirs."""
