"""What the database has: one snapshot of the catalog as plain values."""

from .diff import Difference, diff
from .model import (
    Catalog,
    Column,
    Constraint,
    Extension,
    Function,
    Index,
    IndexKey,
    Key,
    Policy,
    Row,
    Schema,
    Table,
    Trigger,
    Type,
)
from .read import read
from .vectors import UNDECLARED, dimensions

__all__ = [
    "UNDECLARED",
    "Catalog",
    "Column",
    "Constraint",
    "Difference",
    "Extension",
    "Function",
    "Index",
    "IndexKey",
    "Key",
    "Policy",
    "Row",
    "Schema",
    "Table",
    "Trigger",
    "Type",
    "diff",
    "dimensions",
    "read",
]
