"""Vector columns at work: the plans of queries, the recall of indexes, search functions."""

from .calls import Search, key_of
from .column import Looked, joined
from .generated import generated
from .plans import Plan, asked, nearest, plan_of
from .recall import Recalled, Wanted, count, recalled, used
from .searches import Counted, Order, Seen
from .settings import Setting

__all__ = [
    "Counted", "Looked", "Order", "Plan", "Recalled", "Search", "Seen", "Setting", "Wanted",
    "asked", "count", "generated", "joined", "key_of", "nearest", "plan_of", "recalled", "used",
]  # fmt: skip
