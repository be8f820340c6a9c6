"""Columns that say which person a row is about, where tenants are teams with members.

A policy that asks whether somebody is a member finds nobody unless such a column has the claim
`sub` of who is there. Nothing declares these columns, so they are told by what refers to the users,
by what policies and functions compare with who is there, and by name.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from pytest_schemaverify.behaviour.access.statements import Table, type_name
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.policies.row import Policy

Person = tuple[Table, str]
"""A table and its column."""

_ME = re.compile(r"\buid\(\)|\w*user_?id\(\)|->>\s*'sub'|jwt\.claim\.sub", re.IGNORECASE)
_PART = re.compile(r"\b(?:and|or|where|on|when|if|return)\b|;", re.IGNORECASE)
_NAME = re.compile(r"\b[a-z_]\w*\b", re.IGNORECASE)
_USUAL = frozenset({"user_id", "profile_id", "member_id", "person_id"})
_TYPES = frozenset({"uuid", "text", "varchar"})


def texts_about(catalog: Catalog, table: Table) -> list[str]:
    """Return the expressions of a table's policies, and the bodies of functions that they call."""
    found = [
        text
        for policy in catalog.of_table("policies", *table)
        for text in (policy.using, policy.with_check)
        if text
    ]
    return with_called(catalog, found)


def with_called(catalog: Catalog, texts: Sequence[str]) -> list[str]:
    """Return expressions and the bodies of the functions that they call, and those call."""
    called: dict[str, str] = {}
    bodies = {row.name: row.source or "" for row in catalog.families["functions"].values()}
    waiting = [*texts]
    while waiting:
        for name in re.findall(r"(\w+)\(", waiting.pop()):
            if name in bodies and name not in called:
                called[name] = bodies[name]
                waiting.append(bodies[name])
    return [*texts, *called.values()]


def tables_in(catalog: Catalog, texts: Iterable[str]) -> list[Table]:
    """Return the tables whose names occur in expressions or bodies."""
    words = set(re.findall(r"\w+", " ".join(texts)))
    tables = catalog.families["tables"].values()
    return [(row.schema, row.name) for row in tables if row.name in words]


def members(
    catalog: Catalog, tables: Collection[Table], besides: Collection[Person]
) -> frozenset[Person]:
    """Return the columns of tables, and of those that they refer to, that say who somebody is.

    `besides` are those that say to whom a row belongs.
    """
    texts = dict.fromkeys(text for table in tables for text in texts_about(catalog, table))
    compared = {
        name
        for text in texts
        for part in _PART.split(text)
        if _ME.search(part)
        for name in _NAME.findall(part)
    } - {"id"}
    found = {(("auth", "users"), "id"), *_keys_of_people(catalog)}
    while more := {*_more(catalog, tables, found, compared)} - found - {*besides}:
        found |= more
    return frozenset(found) - {*besides}


def comparisons(policy: Policy) -> list[str]:
    """Return the parts of a policy's expressions that `and`, `or` and the like connect."""
    return _PART.split(f"{policy.using or ''} or {policy.with_check or ''}")


def is_about_me(part: str) -> bool:
    """Return whether a part of an expression asks for who is there."""
    return bool(_ME.search(part))


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
    return type_name(column) in _TYPES and (named or bool(_ME.search(column.default or "")))
