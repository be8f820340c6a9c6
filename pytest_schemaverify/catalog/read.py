"""Read the catalog once, into rows without OIDs.

Names behind OIDs are looked up here and not by joins in each query: for 2,000 tables that is half
the time, and the server opens no table that it does not have to. Sources: pg_catalog only, see
https://www.postgresql.org/docs/current/catalogs.html
"""

import gc
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from psycopg import Connection

from .model import (
    Catalog,
    Column,
    Constraint,
    DefaultPrivileges,
    Extension,
    Function,
    Index,
    IndexKey,
    Key,
    Policy,
    Publication,
    Row,
    Schema,
    Sequence,
    Table,
    Trigger,
    Type,
    View,
)

_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_MATCHES = {"s": "simple", "f": "full", "p": "partial"}
_CONSTRAINTS = {
    "p": "primary key", "u": "unique", "f": "foreign key", "c": "check", "x": "exclude",
    "t": "trigger",
}  # fmt: skip
_RELATIONS = {
    "r": "table", "p": "partitioned table", "f": "foreign table", "v": "view",
    "m": "materialized view",
}  # fmt: skip
_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}
_KINDS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window function"}
_TYPES = {"e": "enum", "d": "domain", "c": "composite", "r": "range"}
_ENABLED = {"O": "origin", "R": "replica", "A": "always", "D": "disabled"}
_EVENTS = {4: "insert", 16: "update", 8: "delete", 32: "truncate"}
"""Bits of pg_trigger.tgtype, in the order in which PostgreSQL prints the events."""
_IDENTITY = {"": "", "a": "always", "d": "by default"}
_DEFAULT_PRIVILEGES = {"r": "tables", "S": "sequences", "f": "functions", "T": "types",
                       "n": "schemas", "L": "large objects"}  # fmt: skip


def read(connection: Connection[Any]) -> Catalog:
    """Return a snapshot of the catalog.

    It is one moment's when the transaction is REPEATABLE READ. Only pg_catalog is read, so a role
    without rights on the tables sees everything all the same.
    """
    collecting = gc.isenabled()
    gc.disable()  # tens of thousands of rows, none of them garbage
    try:
        with connection.transaction(force_rollback=True):
            # Names print with their schema, and no plan is compiled for a query that runs once.
            connection.execute("set local search_path = ''; set local jit = off")
            return _Reader(connection).catalog()
    finally:
        if collecting:
            gc.enable()


@cache
def _query(name: str, server_version: int) -> str:
    text = (resources.files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    by_version = {
        "{nulls_not_distinct}": "i.indnullsnotdistinct" if server_version >= 150000 else "false",
        "{source}": (
            "coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)"
            if server_version >= 140000
            else "p.prosrc"
        ),
    }
    for place, expression in by_version.items():
        text = text.replace(place, expression)
    return text


class _Reader:
    """The lookups by OID that the families share while they are read."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        self.version = connection.info.server_version
        self.schemas: dict[int, str] = {}
        self.schema_rows = self.rows("schemas")
        self.schemas = {row[0]: row[1] for row in self.schema_rows}
        self.roles: dict[int, str] = {
            0: "public",
            **dict(self.rows("roles")),
        }
        self.class_ids = dict(self.rows("catalogs"))
        self.members = {(class_id, oid) for class_id, oid in self.rows("extension_members")}
        self.comments = {row[:3]: row[3] for row in self.rows("comments")}
        self.relation_rows = self.rows("relations")
        self.relations = {row[0]: (self.schemas[row[1]], row[2]) for row in self.relation_rows}
        self.kept = {row[0] for row in self.relation_rows if self.own("pg_class", row[0])}
        self.column_rows = self.rows("columns")
        self.columns = {(row[0], row[1]): row[2] for row in self.column_rows}

    def rows(self, name: str) -> list[tuple[Any, ...]]:
        query = _query(name, self.version).encode()
        if b"%(" not in query:
            return self.connection.execute(query.replace(b"%%", b"%")).fetchall()
        return self.connection.execute(query, {"schemas": list(self.schemas)}).fetchall()

    def own(self, catalog: str, oid: int) -> bool:
        return (self.class_ids[catalog], oid) not in self.members

    def comment(self, catalog: str, oid: int, column: int = 0) -> str:
        return str(self.comments.get((self.class_ids[catalog], oid, column), ""))

    def names(self, relation: int, numbers: list[int] | None) -> tuple[str, ...]:
        return tuple(self.columns.get((relation, number), "") for number in numbers or ())

    def catalog(self) -> Catalog:
        families: dict[str, dict[Key, Row]] = {
            "schemas": {(row.name,): row for row in self.schema_objects()},
            "extensions": {(row.name,): row for row in self.extensions()},
            "publications": {(row.name,): row for row in self.publications()},
            "default_privileges": {
                (row.role, row.schema, row.kind): row for row in self.default_privileges()
            },
            "functions": {(row.schema, row.name, row.arguments): row for row in self.functions()},
            "types": {(row.schema, row.name): row for row in self.types()},
            **self.relation_families(),
        }
        of_tables: dict[str, Iterator[Row]] = {
            "columns": self.column_objects(),
            "constraints": self.constraints(),
            "indexes": self.indexes(),
            "policies": self.policies(),
            "triggers": self.triggers(),
        }
        for family, rows in of_tables.items():
            families[family] = {(row.schema, row.table, row.name): row for row in rows}
        return Catalog(self.version, families)

    def schema_objects(self) -> Iterator[Schema]:
        for oid, name, owner, acl in self.schema_rows:
            if self.own("pg_namespace", oid):
                comment = self.comment("pg_namespace", oid)
                yield Schema(name, self.roles[owner], _acl(acl), comment)

    def extensions(self) -> Iterator[Extension]:
        for row in self.rows("extensions"):
            yield Extension(*row)

    def publications(self) -> Iterator[Publication]:
        for name, everything, commands, tables in self.rows("publications"):
            yield Publication(name, everything, tuple(commands), tuple(tables))

    def default_privileges(self) -> Iterator[DefaultPrivileges]:
        for role, schema, kind, acl in self.rows("default_privileges"):
            yield DefaultPrivileges(self.roles[role], schema, _DEFAULT_PRIVILEGES[kind], _acl(acl))

    def relation_families(self) -> dict[str, dict[Key, Row]]:
        definitions = dict(self.rows("view_definitions"))
        sequences: dict[int, Any] = {row[0]: row[1:] for row in self.rows("sequences")}
        tables: dict[Key, Row] = {}
        views: dict[Key, Row] = {}
        numbers: dict[Key, Row] = {}
        for oid, _, _, kind, persistence, owner, rls, forced, options, acl in self.relation_rows:
            if oid not in self.kept:
                continue
            name = self.relations[oid]
            role, comment = self.roles[owner], self.comment("pg_class", oid)
            if kind == "S":
                numbers[name] = Sequence._make((*name, role, *sequences[oid], _acl(acl)))
            elif kind in "vm":
                views[name] = View(
                    *name, _RELATIONS[kind], role, tuple(options or ()), definitions[oid],
                    _acl(acl), comment,
                )  # fmt: skip
            else:
                tables[name] = Table(
                    *name, _RELATIONS[kind], _PERSISTENCE[persistence], role, rls, forced,
                    tuple(options or ()), _acl(acl), comment,
                )  # fmt: skip
        return {"tables": tables, "views": views, "sequences": numbers}

    def column_objects(self) -> Iterator[Column]:
        collations = dict(self.rows("collations"))
        kept, relations, comments = self.kept, self.relations, self.comments
        class_id = self.class_ids["pg_class"]
        for row in self.column_rows:
            oid, number, name, type_, nullable, generated, identity, expression, collation, acl = (
                row
            )
            if oid in kept:
                yield Column(
                    *relations[oid], name, type_, nullable,
                    None if generated else expression,
                    expression if generated else None,
                    generated == "s", _IDENTITY[identity],
                    collations[collation] if collation else "",
                    number, _acl(acl) if acl else (),
                    comments.get((class_id, oid, number), ""),
                )  # fmt: skip

    def constraints(self) -> Iterator[Constraint]:
        for row in self.rows("constraints"):
            (oid, table, name, kind, columns, other, other_columns, on_delete, on_update, match,
             deferrable, deferred, validated, expression) = row  # fmt: skip
            if table not in self.kept:
                continue
            references = None
            if kind == "f":
                schema, referenced = self.relations[other]
                references = (schema, referenced, self.names(other, other_columns))
            yield Constraint(
                *self.relations[table], name, _CONSTRAINTS[kind], self.names(table, columns),
                references, _ACTIONS.get(on_delete, ""), _ACTIONS.get(on_update, ""),
                _MATCHES.get(match, ""), deferrable, deferred, validated, expression,
                self.comment("pg_constraint", oid),
            )  # fmt: skip

    def indexes(self) -> Iterator[Index]:
        classes = {oid: (name, default) for oid, name, default in self.rows("operator_classes")}
        collations = {0: "", **dict(self.rows("collations"))}
        for row in self.rows("indexes"):
            (oid, table, name, method, unique, primary, valid, count, columns, operator_classes,
             collation_ids, options, expressions, where, storage,
             nulls_not_distinct) = row  # fmt: skip
            if table not in self.kept:
                continue
            plain = self.names(table, columns)
            keys = tuple(
                IndexKey(
                    expressions[k] if expressions else plain[k],
                    *classes[operator_classes[k]],
                    collations.get(collation_ids[k], ""),
                    bool(options[k] & 1), bool(options[k] & 2),
                )
                for k in range(count)
            )  # fmt: skip
            yield Index(
                *self.relations[table], name, method, unique, primary, valid, keys, plain[count:],
                where, tuple(storage or ()), nulls_not_distinct, self.comment("pg_class", oid),
            )  # fmt: skip

    def policies(self) -> Iterator[Policy]:
        for oid, table, name, command, permissive, roles, using, with_check in self.rows(
            "policies"
        ):
            if table in self.kept:
                yield Policy(
                    *self.relations[table], name, _COMMANDS[command], permissive,
                    tuple(sorted(self.roles[role] for role in roles)), using, with_check,
                    self.comment("pg_policy", oid),
                )  # fmt: skip

    def triggers(self) -> Iterator[Trigger]:
        for row in self.rows("triggers"):
            oid, table, name, bits, columns, enabled, schema, function, _, definition = row
            if table not in self.kept:
                continue
            updated = ", ".join(self.names(table, columns))
            when = re.search(r" WHEN \((.*)\) EXECUTE (?:FUNCTION|PROCEDURE) ", definition, re.S)
            yield Trigger(
                *self.relations[table], name,
                "before" if bits & 2 else "instead of" if bits & 64 else "after",
                tuple(
                    event + (f" of {updated}" if event == "update" and updated else "")
                    for bit, event in _EVENTS.items()
                    if bits & bit
                ),
                "row" if bits & 1 else "statement",
                f"{schema}.{function}" + definition[definition.rindex("(") :],
                when.group(1) if when else None,
                _ENABLED[enabled], definition, self.comment("pg_trigger", oid),
            )  # fmt: skip

    def functions(self) -> Iterator[Function]:
        for row in self.rows("functions"):
            (oid, schema, name, arguments, kind, returns, language, definer, volatility, strict,
             leakproof, parallel, settings, owner, signature, source, acl) = row  # fmt: skip
            if self.own("pg_proc", oid):
                yield Function(
                    self.schemas[schema], name, ", ".join(arguments), _KINDS[kind], returns or "",
                    language, "definer" if definer else "invoker", _VOLATILITY[volatility], strict,
                    leakproof, _PARALLEL[parallel], tuple(settings or ()), self.roles[owner],
                    signature, source, _acl(acl), self.comment("pg_proc", oid),
                )  # fmt: skip

    def types(self) -> Iterator[Type]:
        for oid, schema, name, kind, labels, definition, owner, acl in self.rows("types"):
            if self.own("pg_type", oid):
                yield Type(
                    self.schemas[schema], name, _TYPES[kind], tuple(labels), definition or "",
                    self.roles[owner], _acl(acl), self.comment("pg_type", oid),
                )  # fmt: skip


def _acl(items: list[str] | None) -> tuple[str, ...]:
    return tuple(sorted(items or ()))
