"""What the user wrote: a file of expectations as typed values with positions."""

from .access import Access, held_back, with_matrix
from .access import problems as access_problems
from .base import Entry, Terms, Thing, Things, When
from .data import Accepted, PreservedTable
from .include import includes
from .load import Sources, position, read, rendered
from .presets import RULES
from .rules import Allowed, NamingRule, Reviewed, Rule, Rules
from .unknown_keys import split_by_comma
from .unmanaged import Unnamed
from .yaml import Path, Position, Positions

__all__ = [
    "RULES",
    "Accepted",
    "Access",
    "Allowed",
    "Entry",
    "NamingRule",
    "Path",
    "Position",
    "Positions",
    "PreservedTable",
    "Reviewed",
    "Rule",
    "Rules",
    "Sources",
    "Terms",
    "Thing",
    "Things",
    "Unnamed",
    "When",
    "access_problems",
    "held_back",
    "includes",
    "position",
    "read",
    "rendered",
    "split_by_comma",
    "with_matrix",
]
