"""Differences between a file and its database as text, Markdown or JSON, the summary first."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pytest_schemaverify.authoring.comparing.difference import Difference, What
from pytest_schemaverify.authoring.comparing.differences import Compared
from pytest_schemaverify.kinds import KINDS, Kind, family_of
from pytest_schemaverify.reports.failure import brief
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.result import Result

_SIGNS: Mapping[What, str] = {"new": "+", "gone": "-", "differs": "~"}
_TOTALS = (("new", "+", ""), ("gone", "\N{MINUS SIGN}", ""), ("changed", "", " changed"))
_WIDTH = 100
"""Characters of a value that are shown."""
_MOST = 200
"""Rows of a table in Markdown: a comment on a pull request has a limit of characters."""
_NOUNS = {
    "grants": "grant", "rls": "table", "primary_key": "table", "default_privileges": "role",
    "default_grants": "default privilege", "schema_defaults": "default privilege",
}  # fmt: skip
"""Nouns of what is no kind of object, or whose kind is called otherwise here."""


def as_text(found: Compared) -> Iterator[str]:
    """Yield the lines for a terminal: the summary, the differences by object, and the rest."""
    yield summary(found.differences)
    for _, those in groupby(_in_order(found.differences), key=_object):
        yield ""
        for one in those:
            yield _line(one)
            if one.by_hand:
                yield f"    by hand: {masked(one.by_hand)}"
            yield from (f"    {text}" for text in one.blame.split("; ") if text)
    rest = list(_rest(found))
    yield from ["", *rest] if rest else []


def as_markdown(found: Compared) -> Iterator[str]:
    """Yield the lines of a comment on a pull request."""
    yield f"**{summary(found.differences)}**"
    if found.differences:
        yield from ("", "| | Object | File | Database |", "| --- | --- | --- | --- |")
    for one in _in_order(found.differences)[:_MOST]:
        named = f"{_noun(one.family)} {_code(one.subject)} {', '.join(one.keys)}".strip()
        expected, actual = map(_code, _sides(one))
        hand = " by hand" if one.by_hand else ""
        yield f"| {_SIGNS[one.what]}{hand} | {named} | {expected} | {actual} |"
    if len(found.differences) > _MOST:
        yield f"\nand {len(found.differences) - _MOST} more"
    yield from (f"\n{line}" for line in _rest(found))


def as_json(found: Compared) -> str:
    """Return the document that docs/guides/diff.md describes."""
    parts = {
        "version": "1",
        "summary": _dumped(_counts(found.differences)),
        "differences": _listed(map(_data, _in_order(found.differences))),
        "undetermined": _listed(map(_told, found.undetermined)),
        "others": _listed(map(_told, found.others)),
    }
    inner = ",\n".join(f'  "{name}": {text}' for name, text in parts.items())
    return f"{{\n{inner}\n}}"


def _listed(items: Iterable[Mapping[str, Any]]) -> str:
    """Return a list with a line for each of its items, so that lines can be compared."""
    inner = ",\n".join(f"    {_dumped(one)}" for one in items)
    return f"[\n{inner}\n  ]" if inner else "[]"


def _dumped(value: Any) -> str:
    return json.dumps(_masked(value), ensure_ascii=False)


def summary(differences: Sequence[Difference]) -> str:
    """Return the numbers in one line: `+12 grants, 1 column changed`."""
    counts = _counts(differences)
    parts = [
        f"{sign}{_counted(number, family)}{more}"
        for what, sign, more in _TOTALS
        for family, number in counts[what].items()
    ]
    return ", ".join(parts) or "nothing differs"


def _counts(differences: Iterable[Difference]) -> dict[str, dict[str, int]]:
    """Return the numbers of objects that are new, gone or changed, by family."""
    found: dict[str, dict[str, set[str]]] = {"new": {}, "gone": {}, "changed": {}}
    for one in differences:
        # What an object has besides what the file says of it is a change of the object.
        what = "changed" if one.what == "differs" or one.keys else one.what
        found[what].setdefault(one.family, set()).add(one.subject)
    order = [*KINDS, *(family for those in found.values() for family in those)]
    return {
        what: {family: len(those[family]) for family in dict.fromkeys(order) if family in those}
        for what, those in found.items()
    }


def _noun(family: str) -> str:
    kind = family_of(family)
    return _NOUNS.get(family) or (kind.noun if isinstance(kind, Kind) else family)


def _counted(number: int, family: str) -> str:
    noun = _noun(family)
    if number == 1 or noun.endswith("statistics"):
        return f"{number} {noun}"
    if noun.endswith("y"):
        return f"{number} {noun[:-1]}ies"
    return f"{number} {noun}{'es' if noun.endswith(('x', 's')) else 's'}"


def _in_order(differences: Iterable[Difference]) -> list[Difference]:
    """Return the differences object by object, in the order of a file."""
    order = {family: number for number, family in enumerate(KINDS)}
    return sorted(
        differences,
        key=lambda one: (order.get(str(one.path[0]), len(order)), *map(str, one.path)),
    )


def _object(one: Difference) -> tuple[str, ...]:
    return tuple(map(str, one.path[:2]))


def _line(one: Difference) -> str:
    keys = f" {', '.join(one.keys)}:" if one.keys else " "
    named = f"{_SIGNS[one.what]} {_noun(one.family)} {one.subject}{keys}"
    return f"{named} {' → '.join(filter(None, map(_shown, _sides(one))))}".rstrip()


def _sides(one: Difference) -> tuple[str, str]:
    """Return what the file and the database say, without the name once more for what is gone."""
    named = one.expected == f"{_noun(one.family)} {one.subject}"
    return "" if named else one.expected, one.actual


def _shown(text: str) -> str:
    # Masked before it is cut: often it is the text around it that shows what is a secret.
    line = " ".join(masked(text).split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _code(text: str) -> str:
    line = _shown(text).replace("|", "\\|")
    return f"`{line}`" if line and "`" not in line else line


def _rest(found: Compared) -> Iterator[str]:
    for one in found.undetermined:
        yield f"{one.planned.name}: {brief(one)}"
    number = len(found.others)
    if number:
        rules = all(one.planned.path[:1] == ("rules",) for one in found.others)
        noun = "rule" if rules else "other expectation"
        verb = "does" if number == 1 else "do"
        yield f"{number} {noun}{'s' if number > 1 else ''} {verb} not hold: run pytest"


def _data(one: Difference) -> dict[str, Any]:
    planned = one.planned
    return {
        "what": one.what,
        "family": one.family,
        "object": one.subject,
        "keys": list(one.keys),
        "path": list(one.path),
        "line": planned.line if planned else None,
        "expected": one.expected,
        "actual": one.actual,
        "value": one.value,
        "by_hand": one.by_hand,
        "fix": one.fix,
        "changed": one.blame,
    }


def _told(one: Result) -> dict[str, str]:
    return {"name": one.planned.name, "because": brief(one)}


def _masked(value: Any) -> Any:
    """Return data with the secrets in its texts masked."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {str(key): _masked(inner) for key, inner in value.items()}
    return [_masked(one) for one in value] if isinstance(value, (list, tuple)) else value
