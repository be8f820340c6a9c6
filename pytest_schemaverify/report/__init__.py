"""Results -> what people read."""

from .failure import failure
from .summary import CATEGORIES, Tally, category, summary

__all__ = ["CATEGORIES", "Tally", "category", "failure", "summary"]
