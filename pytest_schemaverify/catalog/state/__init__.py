"""What a database holds at one moment, and what differs between two."""

from .cluster import HIDDEN, Cluster, Kept, cluster, follows, roles
from .compare import Change, State, change, differences, outermost, settled, state
from .further import AS_GIVEN, PRIVILEGES, Further, Thing, further

__all__ = [
    "AS_GIVEN", "HIDDEN", "PRIVILEGES", "Change", "Cluster", "Further", "Kept", "State", "Thing",
    "change", "cluster", "differences", "follows", "further", "outermost", "roles", "settled",
    "state",
]  # fmt: skip
