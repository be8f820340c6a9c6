"""What an update of a file has taken in, would take in and leaves out, in lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pytest_schemaverify.authoring.comparing.difference import What
from pytest_schemaverify.authoring.updating.editing import Texts
from pytest_schemaverify.authoring.updating.judged import OPTIONS, Judged
from pytest_schemaverify.authoring.updating.update import Update
from pytest_schemaverify.language.writing import flow
from pytest_schemaverify.sql.secrets import masked

_WORDS: dict[What, str] = {"new": "new", "differs": "different", "gone": "gone"}
_WIDTH = 200
"""Characters of a value that are shown."""


def summary(judged: Sequence[Judged]) -> str:
    """Return how many differences there are, by what they are."""
    if not judged:
        return "nothing differs"
    found = Counter(one.difference.what for one in judged)
    counts = ", ".join(f"{found[what]} {word}" for what, word in _WORDS.items() if found[what])
    return f"{len(judged)} difference{'s' if len(judged) > 1 else ''}: {counts}"


def told(update: Update, taken: str) -> Iterator[str]:
    """Yield what becomes of each difference; `taken` says what becomes of those that are taken."""
    yield from _group(f"{taken}:", update.those("taken"), update.texts)
    not_asked = update.those("not asked")
    for option in OPTIONS.values():
        those = [one for one in not_asked if one.reason == option]
        yield from _group(f"not written without {option}:", those, update.texts)
    heading = "allows more than the file does, and is not written without --accept-loosening:"
    yield from _group(heading, update.those("loosens"), update.texts)
    yield from _group("for a person:", update.those("by hand"), update.texts)


def _group(heading: str, those: Iterable[Judged], texts: Texts) -> Iterator[str]:
    for number, one in enumerate(those):
        if not number:
            yield heading
        yield f"  {one.key} ({texts.place(one.difference.path)}): {sides(one)}"
        yield from (f"    {line}" for line in _more(one))


def sides(one: Judged) -> str:
    """Return what the file and the database say."""
    difference = one.difference
    expected, actual = map(_shown, (difference.expected, difference.actual))
    if difference.what == "differs":
        return f"{expected} → {actual}"
    if difference.what == "gone":
        return f"{expected or 'it'} is not there"
    return actual or "new"


def _more(one: Judged) -> Iterator[str]:
    difference = one.difference
    if one.verdict == "loosens":
        yield f"risk: {masked(one.reason)}"
        option = OPTIONS[difference.what]
        yield f"schemaverify update {option} --accept-loosening {_typed(one.key)} writes it"
    if one.verdict == "by hand":
        yield f"because {masked(one.reason)}"
        if difference.what == "gone":
            yield "remove it from the file"
        elif difference.value is not None and difference.path:
            yield f"type {_shown(flow({str(difference.path[-1]): difference.value})[1:-1])}"


def _typed(key: str) -> str:
    """Return a key as a shell takes it."""
    plain = all(one.isalnum() or one in "._-" for one in key)
    return key if plain else "'{}'".format(key.replace("'", "'\\''"))


def _shown(text: str) -> str:
    line = " ".join(masked(text).split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
