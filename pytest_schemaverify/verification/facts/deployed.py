"""Facts about a live database beside the one that the files build."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.migrations import ledger
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.ledger import Book
from pytest_schemaverify.rehearsal.drift import (
    Drift,
    cluster_drift,
    drift,
    further_drift,
    same_text,
    unknown_drift,
    unseen,
)
from pytest_schemaverify.rehearsal.replay import Rebuilt
from pytest_schemaverify.rehearsal.state import cluster, other_objects, unknown_rows
from pytest_schemaverify.rehearsal.state.diff import Difference
from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.verification.planning import Planned

from .facts import Fact, Facts
from .files import files_of


def _drift(planned: Planned, facts: Facts) -> tuple[Drift, ...]:
    """Return the differences between the live database and what the files build."""
    schemas = planned.expected.schemas
    own = facts.spec.migrations and facts.spec.migrations.ledger
    table = yaml_names.qualified(own.table, facts.schema) if own else None
    return tuple(
        one
        for one in _all_drift(planned, facts)
        if (schemas is None or one.key[0] in schemas) and not (table and _of_ledger(one, table))
    )


def _of_ledger(one: Drift, table: tuple[str, str]) -> bool:
    """Return whether a difference is the ledger, which the runner made and no migration."""
    if one.side != "extra":
        return False
    # The server calls the sequence of a serial column after its table: table_column_seq.
    numbers = one.family == "sequences" and one.key[1].startswith(f"{table[1]}_")
    return one.key[:2] == table or one.key == table[:1] or (one.key[0] == table[0] and numbers)


def _all_drift(planned: Planned, facts: Facts) -> Iterator[Drift]:
    rebuilt = _rebuilt(planned, facts)
    platform = facts.platform
    yield from drift(
        rebuilt.before, rebuilt.catalog, facts.catalog, platform, lambda one: _alike(one, facts)
    )
    yield from unseen(rebuilt.catalog, facts.catalog)
    with facts.reading() as reader:
        live, around = other_objects(reader), cluster(reader)
        unknown = unknown_rows(reader)
    yield from further_drift(*rebuilt.other_objects, live, platform, rebuilt.before)
    yield from unknown_drift(rebuilt.unknown, unknown)
    versions = (rebuilt.catalog.version, facts.catalog.version)
    yield from cluster_drift(*rebuilt.cluster, around, platform, min(versions))


def _book(planned: Planned, facts: Facts) -> Book | None:
    """Return the content of the ledger; None when there is no such table."""
    entry: Any = planned.entry
    files = files_of(planned, facts)
    key = yaml_names.qualified(entry.table, facts.schema)
    there = ledger.columns(facts.catalog, key)
    if not there:
        return None
    others = (*files.directory.migrations, *files.before, *files.rollback)
    return ledger.book(entry.table, key, entry, there, facts.query, files.apply, others)


def _evidence(planned: Planned, facts: Facts) -> Callable[[Migration], tuple[int, int]]:
    """Return a function that counts objects of a file: those there as it makes them, and all.

    Objects that later files have changed again are not counted.
    """

    @cache
    def different() -> frozenset[tuple[str, tuple[str, ...]]]:
        return frozenset((one.family, one.key) for one in _all_drift(planned, facts))

    def is_there(family: str, key: tuple[str, ...]) -> bool:
        families = ("tables", "views") if family == "tables" else (family,)
        return any(
            facts.catalog.find(one, key) is not None and (one, key) not in different()
            for one in families
        )

    def evidence(migration: Migration) -> tuple[int, int]:
        made = _rebuilt(planned, facts).history.of_file(migration.path)
        return sum(is_there(*one) for one in made), len(made)

    return evidence


def _is_listed(planned: Planned, facts: Facts) -> Callable[[Path], bool | None]:
    """Return a function that returns whether the ledger lists a file, None without a ledger."""
    entry: Any = facts.spec.migrations and facts.spec.migrations.ledger
    known = _book(replace(planned, entry=entry), facts) if entry else None

    def listed(path: Path) -> bool | None:
        return (
            None
            if known is None
            else any(
                line.done and line.migration is not None and line.migration.path == path
                for line in known.lines
            )
        )

    return listed


def _rebuilt(planned: Planned, facts: Facts) -> Rebuilt:
    if facts.rebuilt is None:
        raise TypeError(f"{planned.check} needs a disposable database beside the live one")
    rebuilt = facts.rebuilt()
    if rebuilt.failure:
        raise CannotDetermine(
            "building from the files what the live database is compared with",
            because=rebuilt.failure,
        )
    return rebuilt


def _alike(one: Difference, facts: Facts) -> bool:
    """Return whether both texts of an expression mean the same to the live server."""
    assert facts.rebuilt is not None
    built = facts.rebuilt().catalog.find(one.family, one.key)
    live = facts.catalog.find(one.family, one.key)
    try:
        return same_text(one, built, live, facts.catalog, facts.server)
    except CannotDetermine:
        return False  # the texts differ, and the server cannot say that they mean the same


FACTS: Mapping[str, Fact] = {
    "book": _book,
    "evidence": _evidence,
    "listed": _is_listed,
    "subject_table": lambda planned, facts: getattr(planned.entry, "table"),  # noqa: B009
    "drift": _drift,
    "history": lambda planned, facts: _rebuilt(planned, facts).history,
}
