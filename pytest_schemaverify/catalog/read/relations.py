"""Tables, views, sequences and columns."""

import re
from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.catalog.model import Key, Row
from pytest_schemaverify.catalog.rows.relations import (
    Column,
    NotNull,
    Sequence,
    SystemColumn,
    Table,
    View,
)
from pytest_schemaverify.sql.names import quoted

from .source import Source, privileges, settable

_RELATIONS = {
    "r": "table", "p": "partitioned table", "f": "foreign table", "v": "view",
    "m": "materialized view",
}  # fmt: skip
_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_IDENTITY = {"": "", "a": "always", "d": "by default"}
_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
_COMPRESSION = {"": "", "p": "pglz", "l": "lz4"}
_REPLICA_IDENTITY = {"d": "default", "n": "nothing", "f": "full"}


def families(source: Source) -> dict[str, dict[Key, Row]]:
    """Return tables, views and sequences by name."""
    definitions = dict(source.rows("view_definitions"))
    sequences = {row[0]: row[1:] for row in source.rows("sequences")}
    parents: dict[int, list[int]] = {}
    for child, parent in source.rows("inheritance"):
        parents.setdefault(child, []).append(parent)
    tables: dict[Key, Row] = {}
    views: dict[Key, Row] = {}
    numbers: dict[Key, Row] = {}
    for row in source.relation_rows:
        oid, kind = row[0], row[3]
        if oid not in source.kept:
            continue
        name = source.relations[oid]
        if kind == "S":
            numbers[name] = _sequence(source, row, sequences[oid])
        elif kind in "vm":
            views[name] = _view(source, row, definitions[oid])
        else:
            tables[name] = _table(source, row, parents.get(oid, []))
    return {"tables": tables, "views": views, "sequences": numbers}


def _table(source: Source, row: tuple[Any, ...], parents: list[int]) -> Table:
    (oid, _, _, kind, persistence, owner, rls, forced, options, acl, key, bound, identity,
     identity_index, _, tablespace) = row  # fmt: skip
    above = tuple(quoted(*source.relations[one]) for one in parents if one in source.relations)
    return Table(
        *source.relations[oid], _RELATIONS[kind], _PERSISTENCE[persistence], source.roles[owner],
        rls, forced, settable(options), privileges(acl), source.comment("pg_class", oid),
        re.sub(r"^\w+", lambda strategy: strategy[0].lower(), key or ""),
        above[0] if bound and above else "", bound or "", () if bound else above,
        _REPLICA_IDENTITY.get(identity) or f"index {quoted(identity_index or '')}",
        source.tablespaces[tablespace],
    )  # fmt: skip


def _view(source: Source, row: tuple[Any, ...], definition: str) -> View:
    oid, _, _, kind, _, owner, _, _, options, acl, *_, populated, _ = row
    return View(
        *source.relations[oid], _RELATIONS[kind], source.roles[owner], settable(options),
        definition, privileges(acl), source.comment("pg_class", oid), populated,
    )  # fmt: skip


def _sequence(source: Source, row: tuple[Any, ...], numbers: tuple[Any, ...]) -> Sequence:
    oid, _, _, _, persistence, owner, _, _, _, acl, *_ = row
    *values, table, column = numbers
    owned_by = ""
    if table in source.relations:
        owned_by = quoted(*source.relations[table], source.columns.get((table, column), ""))
    return Sequence._make((
        *source.relations[oid], source.roles[owner], _PERSISTENCE[persistence], *values, owned_by,
        privileges(acl), source.comment("pg_class", oid),
    ))  # fmt: skip


def columns(source: Source) -> Iterator[Column]:
    """Yield the columns of tables and views."""
    collations = dict(source.rows("collations"))
    kept, relations, comments = source.kept, source.relations, source.comments
    not_null = _not_null(source) if source.version >= 180000 else {}
    class_id = source.class_ids["pg_class"]
    last, position = 0, 0
    for row in source.column_rows:
        (oid, number, name, type_, nullable, generated, identity, expression, collation, acl,
         storage, compression, statistics, options, inherited) = row  # fmt: skip
        if number < 0:
            continue
        position = position + 1 if oid == last else 1
        last = oid
        if oid in kept:
            yield Column(
                *relations[oid], name, type_, nullable,
                None if generated else expression,
                expression if generated else None,
                generated == "s", _IDENTITY[identity],
                collations[collation] if collation else "",
                position, privileges(acl) if acl else (),
                comments.get((class_id, oid, number), ""),
                _STORAGE[storage], _COMPRESSION[compression], statistics,
                settable(options), inherited,
                not_null.get((oid, number)),
            )  # fmt: skip


def _not_null(source: Source) -> dict[tuple[int, int], NotNull]:
    return {
        (table, number): NotNull(name, valid, no_inherit, source.comment("pg_constraint", oid))
        for table, number, name, valid, no_inherit, oid in source.rows("not_null")
    }


def system_columns(source: Source) -> Iterator[SystemColumn]:
    """Yield the columns of the system on which something is granted."""
    for oid, number, name, _, _, _, _, _, _, acl, *_ in source.column_rows:
        if number < 0 and oid in source.kept:
            yield SystemColumn(*source.relations[oid], name, privileges(acl))
