"""What the database has: one snapshot of the catalog as plain values."""

from .diff import Difference, diff
from .model import Catalog, Key, Row
from .privileges import granted, possible
from .read import read
from .rows.attached import WRITES, Policy, RewriteRule, Statistics, Trigger
from .rows.constraints import Constraint, Index, IndexKey
from .rows.foreign import ForeignServer, ForeignTable, Option, UserMapping, Wrapper
from .rows.operators import Cast, Operator, OperatorClass
from .rows.relations import Column, Sequence, SystemColumn, Table, View
from .rows.replication import Publication, PublishedTable, Subscription
from .rows.roles import DefaultPrivileges, Membership, Role
from .rows.routines import Aggregate, Attribute, DomainCheck, Function, Parameter, Range, Type
from .rows.server import Database, EventTrigger, Extension, Language, Schema, Tablespace
from .vectors import UNDECLARED, VectorIndex, VectorType, dimensions, vector_indexes, vector_type

__all__ = [
    "UNDECLARED",
    "WRITES",
    "Aggregate",
    "Attribute",
    "Cast",
    "Catalog",
    "Column",
    "Constraint",
    "Database",
    "DefaultPrivileges",
    "Difference",
    "DomainCheck",
    "EventTrigger",
    "Extension",
    "ForeignServer",
    "ForeignTable",
    "Function",
    "Index",
    "IndexKey",
    "Key",
    "Language",
    "Membership",
    "Operator",
    "OperatorClass",
    "Option",
    "Parameter",
    "Policy",
    "Publication",
    "PublishedTable",
    "Range",
    "RewriteRule",
    "Role",
    "Row",
    "Schema",
    "Sequence",
    "Statistics",
    "Subscription",
    "SystemColumn",
    "Table",
    "Tablespace",
    "Trigger",
    "Type",
    "UserMapping",
    "VectorIndex",
    "VectorType",
    "View",
    "Wrapper",
    "diff",
    "dimensions",
    "granted",
    "possible",
    "read",
    "vector_indexes",
    "vector_type",
]
