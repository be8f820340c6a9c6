"""Facts that are rows of the database."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.sql.positions import Lines
from pytest_schemaverify.sql.split import split
from pytest_schemaverify.verification.planning import Planned

from .facts import Fact, Facts


def _condition(planned: Planned, facts: Facts) -> sql.SQL:
    where = getattr(planned.entry, "where", None)
    # A line of its own for the bracket: the text may end in a comment.
    return sql.SQL(f"({where}\n)") if where else sql.SQL("true")


def _versions(planned: Planned, facts: Facts) -> list[str] | None:
    """Return the versions that the database lists, sorted; None when there is no such table."""
    entry: Any = planned.entry
    key = yaml_names.qualified(entry.table, facts.schema)
    if facts.catalog.find("tables", key) is None:
        return None
    column, table = sql.Identifier(*yaml_names.parts(entry.column)), sql.Identifier(*key)
    statement = sql.SQL(
        "select {column}::text from {table} where {column} is not null order by {column}"
    ).format(column=column, table=table)
    return [version for (version,) in facts.query(statement)]


def _clients(planned: Planned, facts: Facts) -> list[str]:
    """Return the roles that clients come as, and PUBLIC. Raises CannotDetermine without any."""
    wanted = facts.clients
    statement = sql.SQL(
        "select rolname from pg_catalog.pg_roles where rolname = any ({}) order by rolname"
    ).format(wanted)
    there = [role for (role,) in facts.query(statement)]
    if not there:
        raise CannotDetermine(
            "looking at what clients can reach",
            because=f"there is no role {' or '.join(wanted)}",
            remedy="name the roles that clients come as: `defaults: {clients: [web]}`",
        )
    return ["public", *there]


def _public_buckets(planned: Planned, facts: Facts) -> list[tuple[str, str]]:
    """Return the buckets of Supabase's storage whose files everybody can fetch.

    Each is its id, and the place of the last statement that names it, "" where that is not known.
    """
    if facts.catalog.find("columns", ("storage", "buckets", "public")) is None:
        return []
    found = facts.query(sql.SQL("select id from storage.buckets where public order by id"))
    return [(bucket, _named_with("buckets", bucket, facts)) for (bucket,) in found]


def _named_with(table: str, value: str, facts: Facts) -> str:
    """Return the place of the last statement with the name of a table and a constant."""
    constant = sql.Literal(value).as_string(None).strip()
    for migration in reversed(facts.files.every if facts.files else ()):
        text = migration.text
        for piece in reversed(split(text)):
            if constant in text[piece.start : piece.end] and table in text[piece.start : piece.end]:
                line, column = Lines(text).at(piece.start)
                return f"{shown(migration.path)}:{line}:{column}"
    return ""


def _parameters(planned: Planned, facts: Facts) -> Mapping[str, tuple[str, str]]:
    """Return type and unit of every setting that the server knows, read once for a run."""
    statement = sql.SQL("select name, vartype, coalesce(unit, '') from pg_catalog.pg_settings")
    asked = facts.once("reading what settings there are", lambda: facts.query(statement))
    return {name.lower(): (type_, unit) for name, type_, unit in asked}


FACTS: Mapping[str, Fact] = {
    "clients": _clients,
    "entry": lambda planned, facts: planned.entry,
    "condition": _condition,
    "public_buckets": _public_buckets,
    "parameters": _parameters,
    "statement": lambda planned, facts: getattr(planned.entry, "sql"),  # noqa: B009
    "versions": _versions,
}
