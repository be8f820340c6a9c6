"""Vector columns at work: the plans of queries, the recall of indexes, search functions."""

from .calls import Search, key_of
from .column import Looked
from .generated import generated
from .plans import Plan, nearest, plan_of
from .recall import Recalled, Wanted, count, recalled
from .searches import Order, Seen

__all__ = [
    "Looked", "Order", "Plan", "Recalled", "Search", "Seen", "Wanted", "count", "generated",
    "key_of", "nearest", "plan_of", "recalled",
]  # fmt: skip
