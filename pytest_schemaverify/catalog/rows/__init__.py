"""The rows of a snapshot, in the terms of the SQL commands that make such objects.

Named tuples, not dataclasses: a schema of 2,000 tables has 50,000 rows, and making them is then
three times as fast. There are no OIDs in them: two databases with equal schemas have equal rows.
"""

from .attached import Policy, RewriteRule, Statistics, Trigger
from .constraints import Constraint, Index, IndexKey
from .foreign import ForeignServer, ForeignTable, Option, UserMapping, Wrapper
from .operators import Cast, Operator, OperatorClass
from .relations import Column, Sequence, Table, View
from .replication import Publication, PublishedTable, Subscription
from .roles import DefaultPrivileges, Membership, Role
from .routines import (
    Aggregate,
    Attribute,
    DomainCheck,
    Function,
    Parameter,
    Range,
    Type,
)
from .server import Database, EventTrigger, Extension, Language, Schema, Tablespace

__all__ = [
    "Aggregate",
    "Attribute",
    "Cast",
    "Column",
    "Constraint",
    "Database",
    "DefaultPrivileges",
    "DomainCheck",
    "EventTrigger",
    "Extension",
    "ForeignServer",
    "ForeignTable",
    "Function",
    "Index",
    "IndexKey",
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
    "Schema",
    "Sequence",
    "Statistics",
    "Subscription",
    "Table",
    "Tablespace",
    "Trigger",
    "Type",
    "UserMapping",
    "View",
    "Wrapper",
]
