"""Kinds of objects: how each is named and found, and its checks with their pages.

A module with a page beside it is a check. It defines one function `check`, which yields a finding
for each difference and nothing when there is none. Its parameters say what it looks at, by name:

- `expected`  the value in the file; a check that takes a `Number` compares conditions itself
- `actual`    the row of the catalog that the entry names
- `subject`   the name of the object
- `entry`     the entry of the file around the expectation
- `catalog`   the whole snapshot
- `server`    compares types and expressions by what the server makes of them
- `scope`     the schemas that a rule is about
- `rows`      the rows that the module's `query(…)` asks for
- `declared`  the privileges that the file names on relations and columns
- `parameters` type and unit of every setting that the server knows
- `failure`   why the migrations were not applied, "" if they were

`FIELD` names the field of `actual` that it is about, where that is not called like the check.
"""

from .kind import CATEGORIES, Category, Family, Kind, Subject, Use, family_of, kind_of
from .registry import Check, category_of, every, find

KINDS = (
    "extensions", "schemas", "types", "ranges", "domain_checks", "tables", "partitions", "columns",
    "not_null", "constraints", "primary_key", "unique_constraints", "checks", "exclusions",
    "foreign_keys", "indexes", "rls", "policies", "triggers", "rewrite_rules", "statistics",
    "views", "materialized_views", "sequences", "functions", "aggregates", "event_triggers",
    "languages", "wrappers", "foreign_servers", "user_mappings", "foreign_tables", "casts",
    "transforms", "operators", "operator_classes", "operator_families", "access_methods",
    "collations", "conversions", "text_search_configurations", "text_search_dictionaries",
    "text_search_parsers", "text_search_templates", "databases", "tablespaces", "parameters",
    "large_objects", "publications", "published_tables", "subscriptions", "roles", "memberships",
    "grants", "privileges", "default_privileges", "default_grants", "schema_defaults",
)  # fmt: skip
"""The folders of all kinds of objects, and of what several of them are rows of; in the order of the
sections of a file."""

__all__ = [
    "CATEGORIES",
    "KINDS",
    "Category",
    "Check",
    "Family",
    "Kind",
    "Subject",
    "Use",
    "category_of",
    "every",
    "family_of",
    "find",
    "kind_of",
]  # fmt: skip
