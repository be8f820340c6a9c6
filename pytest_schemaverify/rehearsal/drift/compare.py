"""Compares the snapshot of what the files build with that of a live database."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pytest_schemaverify.catalog import Catalog, Key
from pytest_schemaverify.findings import counted_rows
from pytest_schemaverify.kinds.snapshot import families
from pytest_schemaverify.rehearsal.state import (
    AS_GIVEN,
    PRIVILEGES,
    Change,
    OtherObject,
    OtherObjects,
    change,
    outermost,
)
from pytest_schemaverify.rehearsal.state.diff import Difference, diff

from .normalized import normalized, with_owner
from .platform_objects import managed, of_platform, of_platform_role

SameText = Callable[[Difference], bool]
"""Returns whether the live server takes both texts of an expression for the same."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between a live database and what the files build."""

    change: Change
    """`before` is what the files build, `after` what is live."""
    family: str
    key: Key
    side: str
    """missing: not live; extra: only live; different; unseen: the role may not read the live
    one; unknown: of a kind that this version does not know."""


def drift(
    before: Catalog, built: Catalog, live: Catalog, platform: str, same: SameText
) -> Iterator[Drift]:
    """Yield the differences between the live database and what the files build.

    `before` is the database before the first file, which has the platform and nothing else.
    """
    # What the platform has made and no file has changed may be another on a live platform. This is
    # found out before the names of roles are made the same in both.
    untouched = {
        (family, key)
        for family, rows in before.families.items()
        for key, row in rows.items()
        if built.families[family].get(key) == row and (family, key) != ("schemas", ("public",))
    }
    left = normalized(built, before, live.version)
    right = normalized(live, before, built.version)
    found = (
        one
        # A materialized view that is filled where the files leave it empty is none the worse.
        for one in _once(diff(left, right, frozenset({"populated"})))
        if (one.family, one.key) not in untouched
        and not (one.attribute == "populated" and one.after == "True")
        and not (one.after == "extra" and managed(one, before, platform))
        and not _of_versions(one, left, right)
        and not (one.attribute and same(one))
    )
    for one in _without_schemas(outermost(found)):
        side = one.after if not one.attribute else "different"
        yield Drift(change(with_owner(one)), one.family, one.key, side)


def unseen(built: Catalog, live: Catalog) -> Iterator[Drift]:
    """Yield the objects with secrets that the files build and the role may not read live.

    PostgreSQL shows options of user mappings and connections of subscriptions to few roles.
    """
    for family, attribute in (("user_mappings", "options"), ("subscriptions", "connection")):
        for key, row in built.families[family].items():
            theirs = live.find(family, key)
            if (
                theirs is not None
                and getattr(theirs, attribute) is None
                and getattr(row, attribute)
            ):
                found = Difference(family, key, attribute, "", "unknown")
                yield Drift(change(found), family, key, "unseen")


def further_drift(
    before: OtherObjects, built: OtherObjects, live: OtherObjects, platform: str, around: Catalog
) -> Iterator[Drift]:
    """Yield the differences of objects without a family, such as operators, casts and collations.

    Their owners are not compared. `around` is the database with the platform and nothing else.
    """
    for key in sorted({*built, *live}):
        kind, schema, name = key
        mine, theirs = built.get(key), live.get(key)
        same = mine is not None and theirs is not None and mine.how == theirs.how
        untouched = mine is not None and before.get(key) == mine
        if (
            same
            or untouched
            or (theirs and not mine and _platforms(theirs, schema, around, platform))
        ):
            continue
        side = "missing" if theirs is None else "extra" if mine is None else "different"
        nothing = "none"
        if kind == PRIVILEGES:  # what they are on is there, or is told as missing itself
            side, nothing = "different", AS_GIVEN
        pair = (mine.how if mine else nothing, theirs.how if theirs else nothing)
        yield Drift(Change(f"{kind} {name}", *pair), kind, (schema, name), side)


def unknown_drift(built: Mapping[str, int], live: Mapping[str, int]) -> Iterator[Drift]:
    """Yield a difference for each catalog that nobody has judged, if one side has rows there."""
    for one in sorted({*built, *live}):
        mine, theirs = (counted_rows(side.get(one, 0)) for side in (built, live))
        yield Drift(Change(f"rows of {one}", mine, theirs), "", (one,), "unknown")


def _platforms(thing: OtherObject, schema: str, around: Catalog, platform: str) -> bool:
    if thing.role:
        return of_platform_role(thing.role, schema, platform)
    return of_platform(schema, around, platform)


def _once(found: Iterator[Difference]) -> Iterator[Difference]:
    """Yield the differences, without a trigger's whole text if another attribute of it differs."""
    last = None
    for one in found:
        told = last is not None and (last.family, last.key) == (one.family, one.key)
        if not (one.family == "triggers" and one.attribute == "definition" and told):
            yield one
        last = one


def _of_versions(one: Difference, left: Catalog, right: Catalog) -> bool:
    """Return whether the difference is one between versions of PostgreSQL.

    Since 15 not everyone may create in the schema public.
    """
    if (one.family, one.key, one.attribute) != ("schemas", ("public",), "acl"):
        return False
    old, new = sorted((left.version, right.version))
    return old < 150000 <= new


def _without_schemas(found: Iterator[Difference]) -> Iterator[Difference]:
    """Yield the differences, without those in a schema that is itself missing or extra."""
    listed = list(found)
    whole = {d.key[0] for d in listed if d.family == "schemas" and not d.attribute}
    for one in listed:
        if families()[one.family].schemaless or one.key[0] not in whole:
            yield one
