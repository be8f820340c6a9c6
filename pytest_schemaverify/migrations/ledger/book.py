"""The lines of a ledger and the files that they mean.

The tables of Supabase, Flyway, golang-migrate, dbmate, Prisma, goose, Drizzle and others are told
apart by their columns, as projects give them names of their own; a column that is not there is not
used.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog import Catalog, Key
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.versions import number
from pytest_schemaverify.settings import paths

# Supabase has statements, Flyway and Prisma checksum, Drizzle hash.
CONTENT = ("statements", "checksum", "hash")
"""Columns in which runners keep what they have run, or a checksum of it."""
# installed_rank first: it is Flyway's own order, where its times may be equal.
ORDER = (
    "installed_rank", "applied_at", "executed_at", "installed_on", "run_on", "tstamp",
    "inserted_at", "started_at", "created_at",
)  # fmt: skip
"""Columns by which runners tell the order in which they have run the files."""
VERSION = ("version", "version_id", "migration_name", "name", "change", "created_at", "id")
"""Columns by which runners tell which migration they mean, the first that is there.

goose has version_id, Prisma migration_name, node-pg-migrate name, sqitch change, sql-migrate id.
Drizzle has the time at which the migration was made, which its journal next to the files has too.
"""
_NAMES = ("script", "migration_name", "name")
_NO_FILE = ("BASELINE", "SCHEMA", "DELETE")
"""Types of lines that Flyway writes for commands of its own: baseline, making a schema, repair."""
_GOOSE = frozenset({"version_id", "is_applied"})
_PRISMA = frozenset({"finished_at", "rolled_back_at"})

Query = Callable[[sql.Composed], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger."""

    version: str
    migration: Migration | None
    """The migration file that the line is about; None where there is no such file."""
    done: bool
    """Whether the runner says that the file has been applied to its end."""
    content: Any
    """Statements, text or checksum of what was run; None where the tool keeps nothing."""

    def __str__(self) -> str:
        return self.version


@dataclass(frozen=True, slots=True)
class Book:
    """The ledger: its lines in the order in which they were written, where that is known."""

    table: str
    lines: tuple[Line, ...]
    migrations: tuple[Migration, ...]
    """The files that are to be applied, in order."""
    content: str
    """Column with what was run; empty where there is none."""
    order: str
    """Column that tells the order; empty where there is none."""

    def lists(self, migration: Migration) -> bool:
        """Return whether a file is listed."""
        return any(line.migration == migration for line in self.lines)


def columns(catalog: Catalog, key: Key) -> list[str]:
    """Return the names of the ledger's columns; none where there is no such table."""
    return [column.name for column in catalog.of_table("columns", key[0], key[1])]


def chosen(wanted: str | None, known: Sequence[str], there: Iterable[str]) -> str:
    """Return the wanted column, or else the first known one, that the table has; "" for none."""
    present = set(there)
    return next((name for name in ([wanted] if wanted else known) if name in present), "")


def book(
    table: str, key: Key, entry: Any, there: Sequence[str], query: Query,
    apply: Sequence[Migration], others: Sequence[Migration],
) -> Book:  # fmt: skip
    """Return the ledger that the table at `key` holds, which has the columns `there`.

    `entry` is what the file of expectations says of columns. `others` are files that a line may
    mean besides those to be applied.
    """
    column = chosen(entry.column, VERSION, there) or entry.column or VERSION[0]
    content = chosen(entry.content, CONTENT, there)
    order = chosen(entry.order, ORDER, there)
    files = _Files([*apply, *others])
    lines: dict[str, Line] = {}
    for version, name, kind, done, kept in query(_select(key, column, there, content, order)):
        # goose writes version 0 when it makes the table.
        if kind in _NO_FILE or (set(there) >= _GOOSE and version == "0"):
            continue
        written = version or name or ""
        # What was applied again, or taken back, counts as it was last; popped, so that the order of
        # the dictionary is that of the last lines, too.
        lines.pop(written, None)
        # goose before 3.0 wrote a second line with is_applied = false; now it deletes the first.
        if not (_is_undone(kind, there) or (not done and set(there) >= _GOOSE)):
            found = files.meant(version or "", name or "")
            shown = found.path.stem if found and column == "created_at" else written
            lines[written] = Line(shown, found, bool(done), kept)
    listed = [*lines.values()]
    if {"version", "dirty"} == set(there):  # golang-migrate keeps the last version alone
        listed = [*_before(listed, apply), *listed]
    return Book(table, tuple(listed), tuple(apply), content, order)


def _is_undone(kind: str | None, there: Sequence[str]) -> bool:
    """Return whether a line of Flyway's is for an undo script (U1__name.sql)."""
    return "installed_rank" in there and (kind or "").startswith("UNDO")


def _before(lines: Sequence[Line], apply: Sequence[Migration]) -> list[Line]:
    """Return a line for each file before the last one that golang-migrate lists."""
    last = lines[-1].migration if lines else None
    earlier = apply[: apply.index(last)] if last in apply else ()
    return [Line(one.version, one, True, None) for one in earlier]


def _select(key: Key, column: str, there: Sequence[str], content: str, order: str) -> sql.Composed:
    def text(name: str) -> sql.Composable:
        return sql.SQL("{}::text").format(sql.Identifier(name)) if name else sql.SQL("null")

    name = chosen(None, [one for one in _NAMES if one != column], there)
    # What Prisma has rolled back is as if it had never been.
    where = "where rolled_back_at is null" if set(there) >= _PRISMA else ""
    # Some write several lines within one moment.
    ties = "id" if "id" in there else column
    return sql.SQL(
        "select {version}, {name}, {kind}, {done}, {content} from {table} {where} order by {order}"
    ).format(
        version=text(column),
        name=text(name),
        kind=text("type" if "installed_rank" in there else ""),
        done=_done(there),
        content=sql.Identifier(content) if content else sql.SQL("null"),
        table=sql.Identifier(*key),
        where=sql.SQL(where),
        order=sql.SQL("{}, {}").format(sql.Identifier(order or column), sql.Identifier(ties)),
    )


def _done(there: Sequence[str]) -> sql.Composable:
    """Return the condition under which a line says that its file was applied to its end."""
    if {"installed_rank", "success"} <= set(there):
        return sql.SQL("success")
    if "dirty" in there:
        return sql.SQL("not dirty")
    if "is_applied" in there:
        return sql.SQL("is_applied")
    if set(there) >= _PRISMA:
        return sql.SQL("finished_at is not null")
    return sql.SQL("true")


class _Files:
    """Files by name, version and number, as ledgers call them."""

    def __init__(self, migrations: Sequence[Migration]) -> None:
        self.by_name: dict[str, Migration] = {}
        self.by_version: dict[str, Migration] = {}
        self.by_number: dict[object, Migration] = {}
        self.migrations = migrations
        self.journals: dict[Path, dict[str, str]] = {}
        for one in migrations:
            path = one.path
            for name in (path.name, path.stem, path.parent.name, f"{one.version}_{one.name}"):
                self.by_name.setdefault(name, one)
            # Diesel names a folder 2026-01-01-000000_a and lists 20260101000000.
            for spelled in (one.version, one.version.replace("-", "")):
                self.by_version.setdefault(spelled, one)
            if number(one.version):
                self.by_number.setdefault(number(one.version), one)

    def meant(self, version: str, name: str) -> Migration | None:
        """Return the file that a line is about; None where there is no such file."""
        # Drizzle's ledger has only the time of a file, which is in the journal beside the files.
        by_time = self.by_time(version)
        if by_time is not None:
            return by_time
        # The most exact first: two files can have one number, and 1 is also 001.
        for found in (
            self.by_name.get(name) if name else None,
            self.by_name.get(f"{version}_{name}") if name else None,
            self.by_version.get(version) if version else None,
            self.by_name.get(version),
            self.by_number.get(number(version)) if version.replace(".", "").isdigit() else None,
        ):
            if found is not None:
                return found
        return None

    def by_time(self, version: str) -> Migration | None:
        """Return the file that Drizzle made at a time, in milliseconds since 1970."""
        if not re.fullmatch(r"\d{13}", version):
            return None
        for one in self.migrations:
            folder = one.path.parent
            if folder not in self.journals:
                self.journals[folder] = _journal(folder)
            if self.journals[folder].get(version) == one.path.stem:
                return one
        return None


def _journal(folder: Path) -> dict[str, str]:
    """Return the names of Drizzle's migrations by the times at which they were made."""
    try:
        entries = json.loads(paths.content(folder / "meta" / "_journal.json"))
        return {str(entry["when"]): str(entry["tag"]) for entry in entries["entries"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
