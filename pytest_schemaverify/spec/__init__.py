"""What the user wrote: a file of expectations as typed values with positions."""

from .load import Positions, load, position, rendered
from .model import Entry, Rule, Spec, Thing, Things
from .yaml import Path, Position

__all__ = [
    "Entry",
    "Path",
    "Position",
    "Positions",
    "Rule",
    "Spec",
    "Thing",
    "Things",
    "load",
    "position",
    "rendered",
]
