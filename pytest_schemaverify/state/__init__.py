"""What a database holds at one moment, and what differs between two."""

from .compare import Change, State, change, differences, outermost, settled, state
from .further import Further, Thing, further

__all__ = [
    "Change", "Further", "State", "Thing", "change", "differences", "further", "outermost",
    "settled", "state",
]  # fmt: skip
