"""The page that says of each column of PostgreSQL's catalogs whether it is compared, and how."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from pytest_schemaverify.databases.versions import NEWEST, OLDEST
from pytest_schemaverify.kinds import find
from pytest_schemaverify.kinds.kind import PACKAGE
from pytest_schemaverify.rehearsal.state.judged import judged
from tools.markdown import table

_WAYS = {"named": "by name", "digest": "by digest"}
_REPOSITORY = PACKAGE.parent
_HEAD = """\
# What of PostgreSQL's catalogs is compared

A database is what its catalogs say, so this page goes through them: each column of each table in
`pg_catalog` of PostgreSQL {oldest} to {newest} is compared, or is left out for a reason. Of the
{all} columns {named} are compared by name, {digest} by digest, and {left} are left out. The tests
ask servers of all these versions for their columns, and fail for one that nobody has judged; of
those that are compared they change one after another, and want a difference. Another list is that
of [`schemaverify coverage`](command.md#schemaverify-coverage): which objects of a database a file
of expectations is about.

- **By name**: [`reversible`](../../pytest_schemaverify/rehearsal/checks/migrations/reversible.md),
  `idempotent` and `resumable` tell a difference by the object's name, and so does
  [`deployed`](../../pytest_schemaverify/rehearsal/checks/migrations/deployed.md), as far as
  [its page](../../pytest_schemaverify/rehearsal/checks/migrations/deployed.md) says.
- **By digest**: `reversible`, `idempotent` and `resumable` compare a digest of the rows, and tell
  the catalog where nothing else differs.
- **Said by**: the expectation that says it, with its page.

What a newer PostgreSQL brings is in none of these rows. Its new columns are read by digest. Its new
catalogs have objects that nobody can compare yet: where somebody has made one, `reversible`,
`idempotent`, `resumable` and `deployed` fail and name the catalog, also if nothing has changed in
it. The same holds for a catalog that a fork of PostgreSQL has added. For a newer server, the lines
above the results say so."""


def page() -> str:
    """Return docs/reference/coverage.md without its first line."""
    catalogs = {name: of for name, of in judged().items() if name != "reasons"}
    numbers = {way: sum(len(of.get(way, [])) for of in catalogs.values()) for way in _WAYS}
    left = sum(len(names) for of in catalogs.values() for names in _left_out(of).values())
    head = _HEAD.format(
        oldest=OLDEST, newest=NEWEST, all=sum(numbers.values()) + left, left=left, **numbers
    )
    parts = [head, _unsaid(catalogs), "## What is left out, and why", _reasons(catalogs)]
    for name, of in catalogs.items():
        parts += [f"## {name}", f"{of['holds'][0].upper()}{of['holds'][1:]}.", _table(of)]
    return "\n\n".join(parts) + "\n"


def _left_out(of: Mapping[str, Any]) -> Mapping[str, list[str]]:
    left: Mapping[str, list[str]] = of.get("left out", {})
    return left


def _unsaid(catalogs: Mapping[str, Any]) -> str:
    """Return the kinds of objects that are compared, and that no expectation is about."""
    compared = [
        f"- {of['holds']} ([{name}](#{name}))"
        for name, of in catalogs.items()
        if not of.get("said") and (of.get("named") or of.get("digest"))
    ]
    return "\n".join(["## What is compared, and no expectation says", "", *compared])


def _reasons(catalogs: Mapping[str, Any]) -> str:
    rows = []
    for reason, sentence in judged()["reasons"].items():
        named = [
            f"[{name}](#{name})" if not of.keys() & _WAYS else _listed(left, f"{name}.")
            for name, of in catalogs.items()
            if (left := [one for one in _left_out(of).get(reason, []) if one != "oid"])
        ]
        named = ["`oid` of each", *named] if reason == "oid" else named
        rows.append((f"{sentence[0].upper()}{sentence[1:]}.", ", ".join(named)))
    return table(("Reason", "Columns"), rows)


def _table(of: Mapping[str, Any]) -> str:
    return table(("Column", "Compared", "Said by"), _rows(of))


def _rows(of: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the cells of a row for all columns that are compared and said alike."""
    said: dict[str, list[str]] = {}
    for check, names in of.get("said", {}).items():
        for name in names:
            said.setdefault(name, []).append(check)
    ways = [(_WAYS[way], name) for way in _WAYS for name in of.get(way, [])]
    reasons = judged()["reasons"]
    ways += [
        (f"no: {reasons[why]}", name) for why, names in _left_out(of).items() for name in names
    ]
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for way, name in ways:
        alike.setdefault((way, tuple(said.get(name, ()))), []).append(name)
    for (way, checks), names in alike.items():
        shown = ", ".join(f"`{name}`{_versions(of, name)}" for name in names)
        yield shown, way, ", ".join(map(_link, checks))


def _versions(of: Mapping[str, Any], name: str) -> str:
    since, until = of.get("since", {}).get(name), of.get("until", {}).get(name)
    said = chain([f"since {since}"] * bool(since), [f"until {until}"] * bool(until))
    words = ", ".join(said)
    return f" ({words})" if words else ""


def _listed(names: list[str], before: str) -> str:
    return ", ".join(f"`{before}{name}`" for name in names)


def _link(check: str) -> str:
    path = find(check).page.relative_to(_REPOSITORY)
    return f"[`{check.removeprefix('any.')}`](../../{path})"
