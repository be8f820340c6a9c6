"""Tables, views, sequences and columns."""

from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.catalog.model import Column, Key, Row, Sequence, Table, View

from .source import Source, privileges

_RELATIONS = {
    "r": "table", "p": "partitioned table", "f": "foreign table", "v": "view",
    "m": "materialized view",
}  # fmt: skip
_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_IDENTITY = {"": "", "a": "always", "d": "by default"}


def families(source: Source) -> dict[str, dict[Key, Row]]:
    """Return tables, views and sequences by name."""
    definitions = dict(source.rows("view_definitions"))
    sequences: dict[int, Any] = {row[0]: row[1:] for row in source.rows("sequences")}
    tables: dict[Key, Row] = {}
    views: dict[Key, Row] = {}
    numbers: dict[Key, Row] = {}
    for oid, _, _, kind, persistence, owner, rls, forced, options, acl in source.relation_rows:
        if oid not in source.kept:
            continue
        name = source.relations[oid]
        role, comment = source.roles[owner], source.comment("pg_class", oid)
        if kind == "S":
            numbers[name] = Sequence._make((*name, role, *sequences[oid], privileges(acl)))
        elif kind in "vm":
            views[name] = View(
                *name, _RELATIONS[kind], role, tuple(options or ()), definitions[oid],
                privileges(acl), comment,
            )  # fmt: skip
        else:
            tables[name] = Table(
                *name, _RELATIONS[kind], _PERSISTENCE[persistence], role, rls, forced,
                tuple(options or ()), privileges(acl), comment,
            )  # fmt: skip
    return {"tables": tables, "views": views, "sequences": numbers}


def columns(source: Source) -> Iterator[Column]:
    """Yield the columns of tables and views."""
    collations = dict(source.rows("collations"))
    kept, relations, comments = source.kept, source.relations, source.comments
    class_id = source.class_ids["pg_class"]
    for row in source.column_rows:
        oid, number, name, type_, nullable, generated, identity, expression, collation, acl = row
        if oid in kept:
            yield Column(
                *relations[oid], name, type_, nullable,
                None if generated else expression,
                expression if generated else None,
                generated == "s", _IDENTITY[identity],
                collations[collation] if collation else "",
                number, privileges(acl) if acl else (),
                comments.get((class_id, oid, number), ""),
            )  # fmt: skip
