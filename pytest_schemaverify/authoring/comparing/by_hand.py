"""Why only a person can change an entry of a file: other things depend on how it is written."""

from collections.abc import Iterator

from pytest_schemaverify.authoring.comparing.source import Source
from pytest_schemaverify.kinds.kind import family_of, no_pattern
from pytest_schemaverify.language.base import Entry, Thing, When, value_at
from pytest_schemaverify.language.matchers import Matcher
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.sql import names

_EACH = "its entry is for several objects, by `each`"
_PATTERN = "`{name}` is a pattern, which stands for all objects that match it"
_TERMS = ("reason", "until", "xfail", "skip")
_SAID = "somebody has said `{key}` of it"
_MATCHER = "the file has a matcher here, which takes more than one value"
_IN_PART = "it says only a part of the privileges"
_STAGE = "it is what was there on the way, after one of the migrations"


def along(entry: Entry, path: Path) -> Iterator[tuple[Path, Entry]]:
    """Yield the entries that a path leads through, each with its own path."""
    here: Path = ()
    for part in path:
        found = value_at(entry, part)
        if not isinstance(found, Entry):
            return
        entry, here = found, (*here, part)
        yield here, entry


def by_hand(spec: Entry, source: Source, path: Path) -> str:
    """Return why only a person can change what stands at a path; "" where a program may."""
    if path[:2] == ("migrations", "at"):
        return _STAGE
    entries = list(along(spec, path))
    if entries and entries[-1][0] == path:
        entries += _within(*entries[-1])
    reasons = (_of_entry(entry, here) for here, entry in entries)
    return next(filter(None, reasons), "") or _of_value(spec, path) or source.hand(path)


def _within(path: Path, entry: Entry) -> Iterator[tuple[Path, Entry]]:
    """Yield the entries in an entry, each with its path."""
    fields = entry.__class__.model_fields
    inner = [(fields[n].alias or n, getattr(entry, n)) for n in entry.model_fields_set & {*fields}]
    for key, one in (*inner, *(entry.__pydantic_extra__ or {}).items()):
        if isinstance(one, Entry):
            yield (*path, key), one
            yield from _within((*path, key), one)


def _of_entry(entry: Entry, path: Path) -> str:
    # A name may be like one of these keys.
    values = {key: getattr(entry, key) for key in entry.__class__.model_fields}
    if values.get("each"):
        return _EACH
    name, kind = str(path[-1]), family_of(entry.family)
    patterns = isinstance(entry, Thing) and kind and kind.pattern not in (None, no_pattern)
    # `~` in front of a pattern is no part of it.
    if patterns and names.is_pattern(name.removeprefix("~")):
        return _PATTERN.format(name=name)
    if isinstance(values.get("when"), When):
        return _SAID.format(key="when")
    said = next((key for key in _TERMS if values.get(key)), "")
    if said:
        return _SAID.format(key=said)
    return _IN_PART if values.get("at_least") or values.get("without") else ""


def _of_value(spec: Entry, path: Path) -> str:
    """Return why the values of an entry, or one of them, are no plain ones."""
    here, entry = [((), spec), *along(spec, path)][-1]
    if len(here) == len(path):
        values = [getattr(entry, name) for name in entry.model_fields_set]
    else:
        values = [value_at(entry, path[len(here)])]
    return _MATCHER if any(isinstance(one, Matcher) for one in values) else ""
