"""Finds differences of roles, memberships and settings between the files' server and the live one.

A live server has roles that the files do not create: of administrators, of the platform, of other
databases. So the roles, memberships, settings and privileges that the files make have to be live in
the same form. Others are told only where they belong to roles that the files create, or are
settings of the database.
"""

from collections.abc import Iterator

from pytest_schemaverify.rehearsal.state import HIDDEN, Change, Cluster, Kept, follows, roles

from .compare import Drift
from .platform_objects import platform_setting

_OPTIONS = 160000
"""The first version in which memberships have options of their own."""
_PLACED = frozenset({"database", "tablespace"})
"""Kinds of which only the names are compared: each server has other places and owners for them."""
_SERVERS = frozenset({"collation version"})
"""Kinds that the operating system of a server decides."""
_BY_HAND = frozenset({"template"})
"""Kinds of the database that no platform sets, so that somebody did it by hand."""


def cluster_drift(
    before: Cluster, built: Cluster, live: Cluster, platform: str, version: int
) -> Iterator[Drift]:
    """Yield the differences.

    `before` is the files' server before the first file, and `version` that of the older server.
    """
    created = roles(built) - roles(before)
    strong = {*_strong(built), *_strong(live)} - created
    weak = roles(built) - strong
    whole = created - roles(live)
    for key in sorted({*built, *live}):
        kind, name = key
        if kind in _SERVERS:
            continue
        was, mine, theirs = (_plain(key, one, version) for one in (before, built, live))
        if mine != was:
            matters = not (kind == "membership" and _given_by_itself(built.get(key), strong))
        else:
            matters = mine is None and _of_files(key, live[key], created, weak, platform)
        if theirs is None and follows(kind, built[key], whole):
            continue
        if mine != theirs and matters:
            side = "missing" if theirs is None else "extra" if mine is None else "different"
            yield Drift(_change(key, built.get(key), live.get(key)), kind, ("", name), side)


def _change(key: tuple[str, str], mine: Kept | None, theirs: Kept | None) -> Change:
    before, after = (one.how if one else "none" for one in (mine, theirs))
    if before == after == HIDDEN:
        after = "another value"
    return Change(" ".join(key), before, after)


def _plain(key: tuple[str, str], found: Cluster, version: int) -> tuple[str, str] | None:
    """Return what is compared of an object: its properties and a digest, without the grantor."""
    # The roles that run migrations have other names on each server.
    one = found.get(key)
    if one is None or key[0] in _PLACED:
        return one and ("", "")
    if key[0] == "membership" and version < _OPTIONS:
        return one.how.replace(", inherit", "").replace(", set", ""), ""
    return one.how, one.digest


def _strong(found: Cluster) -> Iterator[str]:
    """Yield the roles that may grant memberships to themselves, as those of migrations may."""
    for (kind, _), one in found.items():
        if kind == "role" and not {"superuser", "createrole"}.isdisjoint(one.how.split(", ")):
            yield one.whose[0]


def _given_by_itself(one: Kept | None, strong: set[str]) -> bool:
    """Return whether a membership is the one that PostgreSQL gives to the creator of a role.

    It does so since 16: https://www.postgresql.org/docs/current/role-attributes.html
    """
    return one is not None and one.whose[0] in strong and one.how == "member, admin"


def _of_files(
    key: tuple[str, str], theirs: Kept, created: frozenset[str], weak: frozenset[str], platform: str
) -> bool:
    """Return whether an object that is only live belongs to roles or settings of the files."""
    kind, name = key
    if kind == "setting" and not theirs.whose:  # in force for every role here
        return not platform_setting(name.partition(" ")[0], platform)
    if kind in _BY_HAND:
        return True
    first, *others = theirs.whose or ("",)
    return first in created or (first in weak and not created.isdisjoint(others))
