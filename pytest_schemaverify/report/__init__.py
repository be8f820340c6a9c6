"""Results -> what people read."""

from .failure import brief, failure
from .summary import CATEGORIES, Tally, category, summary

__all__ = ["CATEGORIES", "Tally", "brief", "category", "failure", "summary"]
