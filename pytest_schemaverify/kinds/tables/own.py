"""What a partition has of its own: what neither its table nor PostgreSQL gives it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pytest_schemaverify.kinds.form import Look
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.written import Written, written
from pytest_schemaverify.sql.names import parts

_TAKEN = frozenset(
    {"owner", "type", "nullable", "default", "generated", "stored", "collation", "identity"}
)
"""Attributes that a partition has from its table, so that also the usual value is its own there."""
_OWN = frozenset({"kind", "partitioned_by"})
"""Attributes that tell how a partition is divided, whatever its table is."""
_BESIDE = frozenset(
    {
        "comment",
        "valid",
        "clustered",
        "replica_identity",
        "tablespace",
        "depends_on_extensions",
        "statistics",
    }
)
"""Attributes of a table's indexes, triggers and constraints that those of its partitions do not
take."""
_LATER = frozenset({"enabled", "with"})
"""Attributes of a partition's triggers and indexes that may be set without those of the table."""


def own_of(one: Written, look: Look) -> Written | None:
    """Return what a partition has of its own; None for nothing, and all of any other table.

    Its bound and its comment stand with the table that it is a part of.
    """
    table = one.row.partition_of and look.catalog.find("tables", parts(one.row.partition_of))
    if not table:
        return one
    key = (table.schema, table.name)
    if key not in look.divided:
        subject = Subject("tables", key, table.name)
        look.divided[key] = written(one.model, table.name, subject, table, look)
    found = _own(one, look.divided[key])
    found = replace(found, said={k: v for k, v in found.said.items() if k != "comment"})
    return found if found.said or found.parts or found.members else None


def _own(one: Written, above: Written) -> Written:
    """Return what a partition, or a column of it, has that the one above it has not."""
    given = {**above.usual, **above.said}
    if "primary_key" in given:
        given["primary_key"] = _unnamed(given["primary_key"])
    its = {**one.usual, **one.said}
    said = {
        key: value
        for key, value in its.items()
        if (key in one.said or key in _TAKEN) and (value != given.get(key) or key in _OWN)
    }
    own_parts = {
        key: its_own
        for key, part in one.parts.items()
        if _says(its_own := part if key == "rls" else _own_part(part, above.parts.get(key)))
    }
    members = {
        key: found
        for key, those in one.members.items()
        if (found := _own_members(key, those, above.members.get(key, {})))
    }
    return replace(one, said=said, usual={}, parts=own_parts, members=members, given=given)


def _unnamed(key: Any) -> Any:
    """Return a primary key as a partition has it by itself: with a name of its own."""
    if not isinstance(key, Mapping):
        return key
    left = {name: value for name, value in key.items() if name not in ("name", "comment")}
    return left["columns"] if left.keys() == {"columns"} else left


def _says(part: Written) -> bool:
    """Return whether a part has something to say beside that it is off."""
    return any(part.members.values()) or any(value is not False for value in part.said.values())


def _own_part(part: Written, above: Written | None) -> Written:
    """Return what a part has that the one above has not; NOT NULL constraints share their names."""
    if above is None:
        return part
    same = {"name"} if part.row.name == above.row.name else set()
    same |= {key for key, value in part.said.items() if value == above.said.get(key)}
    return replace(part, said={k: v for k, v in part.said.items() if k not in same})


def _own_members(
    key: str, those: Mapping[str, Written], above: Mapping[str, Written]
) -> dict[str, Written]:
    if key == "columns":
        reduced = {name: _own(one, above[name]) for name, one in those.items() if name in above}
        return {n: one for n, one in reduced.items() if one.said or one.parts or one.members}
    # Constraints and triggers have the names of the table's, indexes and keys have others. Each of
    # the table's counts once, so that a second index of the same columns is the partition's own.
    left = dict(those)
    for name, one in above.items():
        alike = [name, *left] if name in left else [*left]
        same = next((other for other in alike if _alike(left[other], one)), None)
        if same is not None:
            del left[same]
    for name, one in left.items():
        of = next((of for of in above.values() if _of_the_same(one, of)), None)
        if of is not None:
            left[name] = _changed(one, of)
    return left


def _of_the_same(one: Written, above: Written) -> bool:
    """Return whether a trigger or an index differs from the table's in what can be set later."""
    mine, its = (
        {key: value for key, value in of.said.items() if key not in {*_BESIDE, *_LATER}}
        for of in (one, above)
    )
    return one.model.family in ("triggers", "indexes") and mine == its and one.said != its


def _changed(one: Written, above: Written) -> Written:
    """Return a trigger or an index, which goes with the table's, with only what was set later."""
    given = {**above.usual, **above.said}
    said = {key: value for key, value in one.said.items() if value != given.get(key)}
    return replace(one, said=said, usual={}, given=given)


def _alike(one: Written, above: Written) -> bool:
    plain = {key: value for key, value in above.said.items() if key not in _BESIDE}
    return one.said in (plain, above.said)
