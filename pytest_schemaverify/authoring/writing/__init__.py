"""A new file of expectations: its text, and how it is tried and corrected."""
