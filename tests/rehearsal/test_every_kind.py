"""An object of every kind that PostgreSQL has is named when it is made, changed, or only live."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.drift import cluster_drift, drift, further_drift
from pytest_schemaverify.rehearsal.state import (
    Cluster,
    OtherObjects,
    State,
    cluster,
    differences,
    other_objects,
    state,
)

KINDS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "data/every_kind.yaml").read_text()
)
NOT_MADE = {
    "pg_tablespace": "none can be made in a transaction; test_cluster.py makes one",
}
"""Catalogs of objects of which this test makes none."""


class Moment(NamedTuple):
    """What is read of the database at one moment, for rollbacks and for drift."""

    whole: State
    catalog: Catalog
    others: OtherObjects
    around: Cluster


def moment(connection: Connection[Any]) -> Moment:
    reader = Reader(connection)
    return Moment(
        state(connection, ours=True), read(connection), other_objects(reader), cluster(reader)
    )


@pytest.fixture
def moments(connection: Connection[Any]) -> list[Moment]:
    """The database without any of the objects, with all of them, and with all of them changed."""
    found = [moment(connection)]
    for step in ("make", "change"):
        for kind in _of_version(connection).values():
            connection.execute(kind.get(step, "").encode())
        found.append(moment(connection))
    return found


def test_every_kind_is_named(moments: list[Moment], connection: Connection[Any]) -> None:
    rows = connection.execute(_CATALOGS).fetchall()
    without = [name for (name,) in rows if not _has_own(name, connection)]
    assert set(without) <= NOT_MADE.keys()  # so that a new kind of PostgreSQL fails here
    empty, made, changed = moments
    steps = {"made": (empty, made), "changed": (made, changed)}
    missed = []
    for step, (before, after) in steps.items():
        undone, drifted = _undone(before, after), _drifted(empty, before, after)
        # What is told by the catalog's name only has no name of its own.
        assert [one for one in undone if "in the catalog" in one] == []
        for kind, entry in _of_version(connection).items():
            if step == "changed" and "change" not in entry:
                continue
            name = entry["named"] if step == "changed" else entry.get("within", entry["named"])
            if name not in undone:
                missed.append(f"{kind}: {name} that is {step} and not undone")
            if name not in drifted and step not in entry.get("not_live", ()):
                missed.append(f"{kind}: {name} that is {step} by hand")
    assert missed == []


def _of_version(connection: Connection[Any]) -> dict[str, dict[str, Any]]:
    major = connection.info.server_version // 10000
    return {name: one for name, one in KINDS.items() if one.get("since", 0) <= major}


def _undone(before: Moment, after: Moment) -> set[str]:
    return {one.subject for one in differences(before.whole, after.whole)}


def _drifted(empty: Moment, built: Moment, live: Moment) -> set[str]:
    found = [
        *drift(empty.catalog, built.catalog, live.catalog, "postgres", lambda one: False),
        *further_drift(empty.others, built.others, live.others, "postgres", empty.catalog),
        *cluster_drift(empty.around, built.around, live.around, "postgres", live.catalog.version),
    ]
    return {one.change.subject for one in found}


_CATALOGS = """
    select c.relname::text from pg_catalog.pg_class as c
    join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = 'oid'
    where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r'
"""
"""The catalogs whose rows are objects."""


def _has_own(catalog: str, connection: Connection[Any]) -> bool:
    query = f"select from pg_catalog.{catalog} where oid >= 16384 limit 1"
    return bool(connection.execute(query.encode()).fetchall())
