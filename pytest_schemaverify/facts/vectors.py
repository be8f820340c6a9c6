"""Facts about vector columns."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pytest_schemaverify import rehearse, vectors
from pytest_schemaverify.catalog import VectorIndex
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.plan import Planned
from pytest_schemaverify.reading import over
from pytest_schemaverify.vectors import Looked, Plan, Recalled, Wanted

from .gathered import Fact, Facts, subject_of


def entry_of(planned: Planned, facts: Facts) -> Any:
    """Return the entry of the column that an expectation is for, wherever below it it stands."""
    columns: Any = facts.spec.vectors and facts.spec.vectors.columns
    return dict(columns.items())[planned.path[2]]


def looked_at(planned: Planned, facts: Facts) -> Looked:
    """Return the column that an expectation is about, with its indexes."""
    column: Any = facts.row(subject_of(planned))
    return Looked.at(column, facts.catalog, entry_of(planned, facts).distance or "")


def _plan(planned: Planned, facts: Facts) -> Callable[..., Plan]:
    """Return what tells how the server would answer a query; its `$1` is some vector."""

    def plan(query: str, *parameters: str) -> Plan:
        with facts.session(query, planned=True) as reader:
            return vectors.plan_of(reader, query, parameters)

    return plan


def _recalled(planned: Planned, facts: Facts) -> Recalled:
    """Return what the index finds of the vectors that are there, or of generated ones."""
    looked = looked_at(planned, facts)
    entry: Any = planned.entry
    wanted = Wanted(entry.k, entry.queries, entry.where or "", entry.ef_search, entry.probes)
    looked.require_vectors()
    index = _the_index(looked)
    with facts.session(f"select where ({wanted.where or True}\n)") as reader:
        there = vectors.count(reader, looked, index, wanted.where)
        if facts.live or there > wanted.k:
            return vectors.recalled(reader, looked, index, wanted, {}, facts.progress)
    with rehearse.writable(facts.target) as connection, connection.transaction():
        made, own = vectors.generated(connection, looked, index, entry.rows, facts.progress)
        wanted = wanted._replace(where="")
        found = vectors.recalled(over(connection), made, own, wanted, {}, facts.progress)
        return replace(found, index=index, generated=True)


def _the_index(looked: Looked) -> VectorIndex:
    usable = [one for one in looked.serving if one.index.valid]
    if not usable:
        distance = f" for the distance {looked.distance}" if looked.distance else ""
        raise CannotDetermine(
            f"measuring the recall of {looked.table}.{looked.name}",
            because=f"it has no valid index{distance}",
            remedy="create one, or remove `recall`: a search without an index finds all",
        )
    return usable[0]


FACTS: Mapping[str, Fact] = {
    "looked": looked_at,
    "plan": _plan,
    "recalled": _recalled,
}
