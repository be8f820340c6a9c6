"""Reads everything that a database holds at one moment, and compares two such states."""

from .cluster import HIDDEN, Cluster, Kept, cluster, follows, roles
from .compare import Change, State, change, differences, outermost, settled, state
from .judged import UNKNOWN, unknown_rows
from .other_objects import AS_GIVEN, PRIVILEGES, OtherObject, OtherObjects, other_objects

__all__ = [
    "AS_GIVEN",
    "HIDDEN",
    "PRIVILEGES",
    "UNKNOWN",
    "Change",
    "Cluster",
    "Kept",
    "OtherObject",
    "OtherObjects",
    "State",
    "change",
    "cluster",
    "differences",
    "follows",
    "other_objects",
    "outermost",
    "roles",
    "settled",
    "state",
    "unknown_rows",
]  # fmt: skip
