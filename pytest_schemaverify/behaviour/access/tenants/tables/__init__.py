"""Ways to rows of the other tenant in one table: as they were made, and as policies want them."""
