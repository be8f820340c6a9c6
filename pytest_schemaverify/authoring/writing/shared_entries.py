"""What several tables have in common, said once: an entry with `each` for them."""

from collections.abc import Iterator, Mapping
from typing import Any

_LEAST = 3
"""Tables that must have something in common before it is said once."""
_MEMBERS = ("columns", "triggers")
_WHOLE = ("grants",)
_Known = tuple[tuple[str, str], str]
"""Key and name, and the value as a text: values of YAML cannot be hashed."""


def shared(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of tables with what at least three of them say alike said once.

    Entries for several tables come first, called `common`, `common_2` and so on.
    """
    whose: dict[_Known, list[str]] = {}
    values: dict[_Known, Any] = {}
    for name, entry in tables.items():
        for place, value in _said(entry):
            known = (place, repr(value))
            whose.setdefault(known, []).append(name)
            values[known] = value
    groups: dict[tuple[str, ...], list[_Known]] = {}
    for known, having in whose.items():
        if len(having) >= _LEAST:
            groups.setdefault(tuple(having), []).append(known)
    common = {}
    own = {name: _copied(entry) for name, entry in tables.items()}
    for number, (names, found) in enumerate(sorted(groups.items()), 1):
        together: dict[str, Any] = {"each": list(names)}
        for known in found:
            (key, inner), _ = known
            _put(together, key, inner, values[known])
            for name in names:
                _take(own[name], key, inner)
        common[_free(number, tables)] = together
    return {**common, **own}


def _free(number: int, tables: Mapping[str, Any]) -> str:
    """Return a name for an entry that no table has."""
    name = "common" if number == 1 else f"common_{number}"
    while name in tables:
        name += "_"
    return name


def _said(entry: Any) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield what an entry says of columns, triggers and privileges, by key and name."""
    for key in _MEMBERS:
        for name, value in entry.get(key, {}).items():
            yield (key, name), value
    for key in _WHOLE:
        if key in entry:
            yield (key, ""), entry[key]


def _copied(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: dict(value) if key in _MEMBERS else value for key, value in entry.items()}


def _put(entry: dict[str, Any], key: str, name: str, value: Any) -> None:
    if name:
        entry.setdefault(key, {})[name] = value
    else:
        entry[key] = value


def _take(entry: dict[str, Any], key: str, name: str) -> None:
    if name:
        del entry[key][name]
    if not name or not entry[key]:
        del entry[key]
