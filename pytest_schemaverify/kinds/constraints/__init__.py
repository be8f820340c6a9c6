"""What kinds of constraints have in common."""
