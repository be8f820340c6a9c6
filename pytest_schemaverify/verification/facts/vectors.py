"""Facts about vector columns."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour import vectors
from pytest_schemaverify.behaviour.vectors import (
    Plan,
    Recalled,
    Setting,
    VectorColumn,
    Wanted,
    asked,
    joined,
    nearest,
    search_settings,
)
from pytest_schemaverify.databases.reading import Reader, reader_over
from pytest_schemaverify.errors import CannotDetermine, Refused
from pytest_schemaverify.kinds.vector_types import VectorIndex
from pytest_schemaverify.rehearsal import copies
from pytest_schemaverify.sql import names
from pytest_schemaverify.verification.planning import Planned

from .calls import function_of, scanned, search_of
from .facts import SEARCH_PATH, Fact, Facts, subject_of


def entry_of(planned: Planned, facts: Facts) -> Any:
    """Return the entry of the vector column that an expectation stands under."""
    columns: Any = facts.spec.vectors and facts.spec.vectors.columns
    return dict(columns.items())[planned.path[2]]


def found_at(planned: Planned, facts: Facts) -> VectorColumn:
    """Return the column that an expectation is about, with all its indexes."""
    column: Any = facts.row(subject_of(planned))
    entry = entry_of(planned, facts)
    found = VectorColumn.at(column, facts.catalog, entry.distance or "")
    table = facts.catalog.find("tables", found.table_key)
    parts: Mapping[str, tuple[str, ...]] = {}
    if table and table.kind == "partitioned table":
        what = f"reading the indexes of the partitions of {found.table}.{found.name}"
        parts = facts.once(what, lambda: _parts(found, facts))
    return replace(found, where=(entry.where,) if entry.where else (), parts=parts)


def _parts(looked: VectorColumn, facts: Facts) -> Mapping[str, tuple[str, ...]]:
    """Return the indexes of partitions, by the index of the partitioned table."""
    statement = sql.SQL(
        "select i.name, n.nspname, c.relname from pg_catalog.unnest({}::text[]) as i (name)"
        " cross join pg_catalog.pg_partition_tree(i.name::pg_catalog.regclass) as t"
        " join pg_catalog.pg_class as c on c.oid = t.relid"
        " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace where t.isleaf"
    ).format(sql.Literal([one.name for one in looked.indexes]))
    found: dict[str, tuple[str, ...]] = {}
    for name, *part in facts.query(statement):
        found[name] = (*found.get(name, ()), names.quoted(*part))
    return found


def looked_at(planned: Planned, facts: Facts, where: str = "") -> VectorColumn:
    """Return the column that an expectation is about, with the indexes that serve its queries.

    `where` is a condition that they have besides the entry's. An index of some rows serves those
    that ask for these; of several indexes those serve that the entry's own queries use.
    """
    looked = found_at(planned, facts)
    if where:
        looked = replace(looked, where=(*looked.where, where))
    if len(looked.usable) < 2 and not any(one.index.where for one in looked.usable):
        return looked  # there is nothing to choose
    what = f"finding the indexes for {planned.path[2]}: {looked.table}.{looked.name} {looked.where}"
    used = facts.once(what, lambda: frozenset(_used(planned, looked, facts)))
    return replace(looked, unused=frozenset(one.name for one in looked.usable) - used)


def _used(planned: Planned, looked: VectorColumn, facts: Facts) -> Iterator[str]:
    """Yield the names of the valid indexes that serve the queries of an entry."""
    entry = entry_of(planned, facts)
    own = {*_used_by_query(entry.query, looked, facts), *_used_by_search(entry, looked, facts)}
    yield from own
    for one in looked.usable:
        if not one.index.where and not own:
            yield one.name
        elif one.index.where and (looked.where or not own):
            plan = _plan_of(facts, nearest(looked, one, looked.where))
            yield from [one.name] if plan.uses(one, looked) else []


def _used_by_query(query: Any, looked: VectorColumn, facts: Facts) -> Iterator[str]:
    if not isinstance(query, str):
        return
    with suppress(Refused):  # the check of the query reports it
        plan = _plan_of(facts, *asked(query, looked))
        yield from (one.name for one in looked.usable if plan.uses(one, looked))


def _used_by_search(entry: Any, looked: VectorColumn, facts: Facts) -> Iterator[str]:
    if entry.search is None:
        return
    with suppress(Refused, CannotDetermine):  # the checks of the search report it
        found = scanned(search_of(entry.search, looked, facts), facts)
        yield from (name for name, count in found.items() if count)


def _plan_of(facts: Facts, query: str, *parameters: str) -> Plan:
    with facts.session(query, planned=True) as reader:
        return vectors.plan_of(reader, query, parameters)


def _plan(planned: Planned, facts: Facts) -> Callable[..., Plan]:
    """Return a function that plans a query; its `$1` is a vector of the column."""
    return partial(_plan_of, facts)


def recalled(planned: Planned, facts: Facts) -> Recalled:
    """Return what `_recalled` does, measured once."""
    return facts.once(_recall_of(planned), lambda: _recalled(planned, facts))


def recalled_before(planned: Planned, facts: Facts) -> Recalled | None:
    """Return what was measured for the check of an expectation, None where nothing was."""
    found: Recalled | None = facts.once.made(_recall_of(planned))
    return found


def _recall_of(planned: Planned) -> str:
    return f"measuring the recall for {planned.name} of {planned.subject}"


def _recalled(planned: Planned, facts: Facts) -> Recalled:
    """Return the share of nearest vectors that the index finds, of stored or generated ones.

    Roles may search with different settings; the result is that of the role that finds least.
    """
    entry: Any = planned.entry
    looked = looked_at(planned, facts, entry.where or "")
    wanted = Wanted(entry.k, entry.queries, entry.ef_search, entry.probes)
    looked.require_vectors()
    with facts.session(f"select where {joined(looked.where)}") as reader:
        index = vectors.used(reader, looked, wanted.k)
        settings = _settings(planned, reader, index, wanted, facts)
        if facts.live or vectors.count(reader, looked, index) > wanted.k:
            return vectors.recalled(reader, looked, index, wanted, settings, facts.progress)
    with copies.writable(facts.target) as connection, connection.transaction():
        reader = reader_over(connection)
        reader.row(f"select {SEARCH_PATH}", names.quoted(facts.schema))
        made = vectors.generated(
            connection, facts.catalog, looked, index, entry.rows, facts.progress
        )
        found = vectors.recalled(reader, made, made.indexes[0], wanted, settings, facts.progress)
        return replace(found, index=index, generated=True)


def _settings(
    planned: Planned, reader: Reader, index: VectorIndex, wanted: Wanted, facts: Facts
) -> list[list[Setting]]:
    """Return the settings of each role that searches, followed by those of the function.

    Raises CannotDetermine for a role that does not exist.
    """
    entry: Any = planned.entry
    search = entry_of(planned, facts).search
    there = {name for (name,) in facts.catalog.families["roles"]}
    roles = entry.role or facts.clients
    if missing := [one for one in roles if entry.role and one not in there]:
        raise CannotDetermine(
            "finding out what is searched with", because=f"there is no role {missing[0]}"
        )
    of_roles = search_settings.of_roles(reader, [one for one in roles if one in there])
    if search is None or wanted.given(index):
        return of_roles
    every: Any = facts.catalog.families["functions"].values()
    own = search_settings.of_function(function_of(search, facts), index.index.method, every)
    return [[*one, *own] for one in of_roles]


FACTS: Mapping[str, Fact] = {
    "looked": looked_at,
    "plan": _plan,
    "recalled": recalled,
}
