"""Results -> what people read."""

from .failure import brief, failure, in_a_line, once
from .summary import Tally, skipped, summary, took

__all__ = [
    "Tally",
    "brief",
    "failure",
    "in_a_line",
    "once",
    "skipped",
    "summary",
    "took",
]
