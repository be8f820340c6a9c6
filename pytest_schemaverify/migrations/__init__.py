"""Migration files: found, ordered, split into statements, applied."""
