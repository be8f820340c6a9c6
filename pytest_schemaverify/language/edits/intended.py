"""What a file says after changes, as data, and whether two files say the same."""

from collections.abc import Sequence
from typing import Any

from pytest_schemaverify.language.places import Path

from .changes import Add, Append, Change, Put, Refused, Remove, target


def intended(data: Any, changes: Sequence[Change]) -> Any:
    """Return what a file says once all changes are made; `data` stays as it is.

    All paths are those of the file before the changes.
    """
    removed = sorted((c for c in changes if isinstance(c, Remove)), key=_last_first)
    for change in [c for c in changes if not isinstance(c, Remove)] + removed:
        data = _changed(data, change, change.path)
    return data


def difference(found: Any, wanted: Any, path: Path = ()) -> Path | None:
    """Return the path of the first difference, None if there is none. 1 is not `true` here."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        if list(found) != list(wanted):
            others = {*found} ^ {*wanted}
            return (*path, *sorted(others, key=str)[:1])
        pairs = [(key, found[key], wanted[key]) for key in found]
    elif isinstance(found, list) and isinstance(wanted, list):
        if len(found) != len(wanted):
            return path
        pairs = [(i, *pair) for i, pair in enumerate(zip(found, wanted, strict=True))]
    else:
        return None if _same(found, wanted) else path
    differing = (difference(a, b, (*path, key)) for key, a, b in pairs)
    return next((one for one in differing if one is not None), None)


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, float) and isinstance(wanted, float):
        # A Fraction is a number with its digits; a number that a program gives has none.
        exact = type(found) is type(wanted)
        return str(found) == str(wanted) if exact else repr(float(found)) == repr(float(wanted))
    return type(found) is type(wanted) and bool(found == wanted)


def _last_first(change: Remove) -> tuple[Any, ...]:
    # Removing an item changes the numbers of those behind it.
    return tuple((-part if isinstance(part, int) else 0) for part in change.path)


def _changed(data: Any, change: Change, path: Path) -> Any:
    """Return a copy with one change; what lies beside the path is not copied."""
    if isinstance(change, Add | Append) and not path:
        return _extended(data, change)
    if isinstance(change, Put) and not path:
        return change.value
    if not path:
        raise Refused(path, "it is the whole file")
    held = isinstance(data, dict) and path[0] in data
    if not held and not (isinstance(data, list) and path[0] in range(len(data))):
        raise Refused(target(change), f"there is no `{path[0]}`")
    copy = data.copy()
    if isinstance(change, Remove) and len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = _changed(data[path[0]], change, path[1:])
    return copy


def _extended(data: Any, change: Add | Append) -> Any:
    if isinstance(change, Append):
        if data is not None and not isinstance(data, list):
            raise Refused(target(change), "an item can be added to a list only")
        return [*(data or []), change.value]
    if data is not None and not isinstance(data, dict):
        raise Refused(target(change), "a key can be added to a mapping only")
    if data and change.key in data:
        raise Refused(target(change), f"there is a key `{change.key}` already")
    return {**(data or {}), change.key: change.value}
