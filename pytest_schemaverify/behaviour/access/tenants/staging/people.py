"""Columns that say which person a row is about, where tenants are teams with members.

A policy that asks who is a member finds no one unless such a column has the claim `sub` of the
current user. Nothing declares these columns, so they are told by what refers to the users,
by what policies and functions compare with who is there, and by name.
"""

import re
from collections.abc import Collection, Iterator

from pytest_schemaverify.behaviour.access.policy_texts import (
    comparisons,
    is_about_me,
    parts_of,
    texts_about,
)
from pytest_schemaverify.behaviour.access.statements import Table, type_name
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.columns.row import Column

Person = tuple[Table, str]
"""A table and its column."""

_NAME = re.compile(r"\b[a-z_]\w*\b", re.IGNORECASE)
# Names that say by themselves that a person is meant.
_USUAL = frozenset({"user_id", "profile_id", "member_id", "person_id"})
_TYPES = frozenset({"uuid", "text", "varchar"})


def members(
    catalog: Catalog, tables: Collection[Table], besides: Collection[Person]
) -> frozenset[Person]:
    """Return the columns that say which person a row of tables, or of their parents, is about.

    `besides` are those that say to whom a row belongs.
    """
    texts = dict.fromkeys(text for table in tables for text in texts_about(catalog, table))
    compared = {
        name
        for text in texts
        for part in parts_of(text)
        if is_about_me(part)
        for name in _NAME.findall(part)
        # Nearly every table has an `id`; which of them are a person's is told by `_keys_of_people`.
    } - {"id"}
    found = {(("auth", "users"), "id"), *_keys_of_people(catalog)}
    while more := {*_more(catalog, tables, found, compared)} - found - {*besides}:
        found |= more
    return frozenset(found) - {*besides}


def _keys_of_people(catalog: Catalog) -> Iterator[Person]:
    """Yield the columns `id` that a policy of the same table compares with who is there."""
    for policy in catalog.families["policies"].values():
        for part in comparisons(policy):
            if is_about_me(part) and re.search(r"(?<![\w.])id\b(?!\()", part):
                yield (policy.schema, policy.table), "id"


def _more(
    catalog: Catalog, tables: Collection[Table], found: set[Person], compared: set[str]
) -> Iterator[Person]:
    for table in catalog.families["tables"].values():
        here = (table.schema, table.name)
        to = {
            row.columns[0]: (row.references[:2], row.references[2][0])
            for row in catalog.of_table("constraints", *here)
            if row.kind == "foreign key" and len(row.columns) == 1 and row.references
        }
        for column in catalog.of_table("columns", *here):
            target = to.get(column.name)
            said = _says_who(column, compared)
            if target in found:
                told = said or not column.nullable
            else:
                told = said and here in tables and (target is None or target[0] not in tables)
            if told:
                yield here, column.name


def _says_who(column: Column, compared: set[str]) -> bool:
    named = column.name in compared or column.name in _USUAL
    return type_name(column.type) in _TYPES and (named or is_about_me(column.default or ""))
