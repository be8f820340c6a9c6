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
from .vectors import UNDECLARED, VectorIndex, VectorType, dimensions, vector_indexes, vector_type

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
    "VectorIndex",
    "VectorType",
    "diff",
    "dimensions",
    "read",
    "vector_indexes",
    "vector_type",
]
