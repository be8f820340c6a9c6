"""Results -> what people read."""

from .failure import brief, failure, in_a_line, once
from .summary import Tally, causes, summary

__all__ = [
    "Tally",
    "brief",
    "causes",
    "failure",
    "in_a_line",
    "once",
    "summary",
]
