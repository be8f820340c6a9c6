"""Removes from a snapshot what differs between two databases that the same files built."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pytest_schemaverify.catalog import Catalog, Families, Key, Row, granted
from pytest_schemaverify.catalog.privileges import KINDS, MAINTAIN, PRIVILEGES, parted
from pytest_schemaverify.kinds.snapshot import families as kinds
from pytest_schemaverify.rehearsal.state.diff import Difference

OWNER = "the role that owns most"
"""Stands for the role that runs the migrations, which has another name on each server."""
_OWNED = ("tables", "views", "sequences", "functions", "types")


def normalized(catalog: Catalog, platform: Catalog, other_version: int) -> Catalog:
    """Return the catalog with one name for the migrations' role and privileges in one spelling.

    `platform` is the catalog before the first file. The owners of its schemas' objects are left out
    when the migrations' role is looked for. `other_version` is the version of the server to
    compare.
    """
    owner = _owner(catalog, platform)
    plain = min(catalog.version, other_version) < MAINTAIN
    known = kinds()
    families: dict[str, dict[Key, Row]] = {}
    for family, rows in catalog.whole().families.items():
        families[family] = {}
        for key, row in rows.items():
            changed = known[family].portable(_alike(family, row, owner, plain=plain), catalog)
            if family == "default_privileges":
                key = (changed.role, *key[1:])
            families[family][key] = changed
    return Catalog(catalog.version, Families(families))


def _owner(catalog: Catalog, platform: Catalog) -> str:
    """Return the role that owns most objects, which is the one that runs the migrations."""
    # A live database does not say who ran them.
    owners = Counter(
        row.owner
        for family in _OWNED
        for key, row in catalog.families[family].items()
        if (key[0],) not in platform.families["schemas"] or key[0] == "public"
    )
    return owners.most_common(1)[0][0] if owners else ""


def _alike(family: str, row: Row, owner: str, *, plain: bool) -> Row:
    changes: dict[str, Any] = {}
    for role in ("owner", "role"):
        if getattr(row, role, None) == owner and owner:
            changes[role] = OWNER
    if "acl" in row._fields:
        holder = getattr(row, "owner", getattr(row, "role", None))  # a column has none of its own
        # None for a column and not "", which is how the server writes PUBLIC.
        others = _privileges(row.acl, holder, owner, plain=plain)
        changes["acl"] = tuple(sorted([*others, *_withheld(family, row)]))
    return row._replace(**changes)


def _withheld(family: str, row: Row) -> Iterator[str]:
    """Yield the owner's privileges if they are less than all, as on an append-only table."""
    if family not in _WHOLE or (family == "schemas" and row.name == "public"):
        return
    held = granted(row.acl).get(row.owner, {})
    left = "".join(letter for letter in _WHOLE[family] if PRIVILEGES[letter] in held)
    if left != _WHOLE[family]:
        yield _ITS_OWNER + left


def with_owner(one: Difference) -> Difference:
    """Return a difference with the owner's privileges on both sides, if they are on one."""
    sides = (one.before, one.after)
    if one.attribute != "acl" or not any(_ITS_OWNER in side for side in sides):
        return one
    whole = _ITS_OWNER + _WHOLE[one.family]
    before, after = (
        side if _ITS_OWNER in side else ", ".join(filter(None, [side, whole])) for side in sides
    )
    return replace(one, before=before, after=after)


_ITS_OWNER = "the owner="
_LETTERS = "arwdDxtXUC"
"""Privileges in the order in which the server prints them, without MAINTAIN.

On a server that was upgraded to 17 nobody has that one where privileges were given before.
"""
_WHOLE = {
    f"{kind}s": "".join(letter for letter in _LETTERS if letter in KINDS[kind])
    for kind in ("table", "view", "sequence", "function", "type", "schema")
}
"""The privileges that an owner has without any grant, by family."""


def _privileges(
    acl: Iterable[str], holder: str | None, owner: str, *, plain: bool
) -> Iterable[str]:
    """Yield the privileges of other roles than the owner, without their grantors."""
    for item in acl:
        parts = parted(item)
        if parts is None:
            yield item
            continue
        name, letters = parts
        if name != holder and (not owner or name != owner):
            yield f"{name or 'public'}={letters.replace('m', '') if plain else letters}"
