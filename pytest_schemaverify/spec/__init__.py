"""What the user wrote: a file of expectations as typed values with positions."""

from .load import Positions, load, position, rendered
from .model import Entry, Migrations, PreservedTable, Rule, Spec, Thing, Things
from .yaml import Path, Position

__all__ = [
    "Entry",
    "Migrations",
    "Path",
    "Position",
    "Positions",
    "PreservedTable",
    "Rule",
    "Spec",
    "Thing",
    "Things",
    "load",
    "position",
    "rendered",
]
