"""What the user wrote: a file of expectations as typed values with positions."""

from .access import Access, with_matrix
from .access import problems as access_problems
from .base import Entry, Terms, Thing, Things, When
from .data import Accepted, PreservedTable
from .include import includes
from .indexes import Index
from .load import Positions, Sources, load, position, read, rendered, split_by_comma
from .migrations import Migrations
from .model import Spec
from .rules import Allowed, NamingRule, Reviewed, Rule
from .unmanaged import Unnamed
from .yaml import Path, Position

__all__ = [
    "Accepted",
    "Access",
    "Allowed",
    "Entry",
    "Index",
    "Migrations",
    "NamingRule",
    "Path",
    "Position",
    "Positions",
    "PreservedTable",
    "Reviewed",
    "Rule",
    "Sources",
    "Spec",
    "Terms",
    "Thing",
    "Things",
    "Unnamed",
    "When",
    "access_problems",
    "includes",
    "load",
    "position",
    "read",
    "rendered",
    "split_by_comma",
    "with_matrix",
]
