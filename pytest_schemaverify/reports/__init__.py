"""Results -> what people read."""

from .failure import brief, failure, in_a_line, once
from .summary import CATEGORIES, Tally, category, causes, summary

__all__ = [
    "CATEGORIES",
    "Tally",
    "brief",
    "category",
    "causes",
    "failure",
    "in_a_line",
    "once",
    "summary",
]
