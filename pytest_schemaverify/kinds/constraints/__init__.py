"""Parts that several kinds of constraints have in common."""
