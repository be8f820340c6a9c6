"""What a database holds at one moment, and what differs between two."""

from .cluster import HIDDEN, Cluster, Kept, cluster, follows, roles
from .compare import Change, State, change, differences, outermost, settled, state
from .other_objects import AS_GIVEN, PRIVILEGES, OtherObject, OtherObjects, other_objects

__all__ = [
    "AS_GIVEN",
    "HIDDEN",
    "PRIVILEGES",
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
]  # fmt: skip
