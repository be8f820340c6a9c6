"""Results -> what people read."""
