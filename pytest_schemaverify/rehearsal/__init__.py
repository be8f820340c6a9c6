"""The database that migration files build, and what becomes of copies of it."""
