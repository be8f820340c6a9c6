"""Results -> what people read."""

from .failure import brief, failure, in_a_line
from .summary import CATEGORIES, Tally, category, summary

__all__ = ["CATEGORIES", "Tally", "brief", "category", "failure", "in_a_line", "summary"]
