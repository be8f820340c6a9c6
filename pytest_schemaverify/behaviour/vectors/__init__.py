"""Vector columns: the plans of queries, the recall of indexes, the functions that search."""

from .generated_vectors import generated
from .memberships import Membership, membership
from .plans import Plan, asked, nearest, plan_of
from .recall import Recalled, Wanted, count, recalled, used
from .search_calls import Search, key_of
from .search_settings import Setting
from .searches import Counted, Order
from .vector_column import VectorColumn, joined
from .visibility import Seen

__all__ = [
    "Counted",
    "Membership",
    "Order",
    "Plan",
    "Recalled",
    "Search",
    "Seen",
    "Setting",
    "VectorColumn",
    "Wanted",
    "asked",
    "count",
    "generated",
    "joined",
    "key_of",
    "membership",
    "nearest",
    "plan_of",
    "recalled",
    "used",
]  # fmt: skip
