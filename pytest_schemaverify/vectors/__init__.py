"""Vector columns at work: the plans of queries, the recall of indexes, search functions."""

from .column import Looked
from .generated import generated
from .plans import Plan, nearest, plan_of
from .recall import Recalled, Wanted, count, recalled

__all__ = [
    "Looked",
    "Plan",
    "Recalled",
    "Wanted",
    "count",
    "generated",
    "nearest",
    "plan_of",
    "recalled",
]
