from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.form import ABSENT
from pytest_schemaverify.kinds.kind import Use, kind_of
from pytest_schemaverify.sql.names import BadName, literal, quoted

from .making import member

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry

USE = Use(pairs=True)


Said = tuple[str, str | int | float | bool | frozenset[str]]
"""A word of CREATE with what it says; of `exact: true` all words."""


def check(
    expected: Said, actual: Row, schema: str, family: str, entry: "Entry"
) -> Iterator[Finding]:
    """What stands behind the name in its CREATE is as declared."""
    yield from compared(expected, actual, schema, family, entry)


def compared(
    expected: Said, actual: Row, schema: str, family: str, entry: "Entry | None" = None
) -> Iterator[Finding]:
    """Yield the finding for one word of CREATE."""
    word, said = expected[0].lower(), expected[1]
    if isinstance(said, frozenset):
        named = {one.lower() for one in said}
        for other, found in actual.definition:
            if other not in named:
                yield Finding(
                    subject=other,
                    expected="no other word",
                    actual=_shown(other, found),
                    fix=_altered(family, actual, other, found, ABSENT),
                )
        return
    wanted = str(said).lower() if isinstance(said, bool) else str(said)
    found = dict(actual.definition).get(word, "")
    if _same(wanted, found, schema):
        return
    # Options of one template are none of another, with which the whole is made anew.
    template = (getattr(entry, "definition", None) or {}).get("template")
    other = template is not None and not _same(
        str(template), dict(actual.definition).get("template", ""), schema
    )
    yield Finding(
        expected=_shown(word, wanted),
        actual=_shown(word, found or ABSENT),
        fix="" if other else _altered(family, actual, word, found, wanted),
    )


def _altered(family: str, actual: Row, word: str, found: str, wanted: str) -> str:
    """Return the statement for one word; "" for kinds whose ALTER has no clause for it."""
    if family == "aggregates":  # it is made anew; its row has no name
        return ""
    alter, absent = f"alter {kind_of(family).named(actual)}", wanted == ABSENT
    if family == "text_search_dictionaries" and word != "template":
        value = "" if absent else f" = {literal(wanted)}"
        return f"{alter} ({quoted(word)}{value});"
    if family == "operator_families":
        dropped = f"{alter} drop {word};" if found else ""
        if not (one := member(word, wanted)):
            return ""
        added = "" if absent else f"{alter} add {one};"
        return "\n".join(filter(None, (dropped, added)))
    if family == "types" and actual.kind == "base" and word in _OF_TYPES:
        return f"{alter} set ({word} = {'none' if absent else wanted});"
    return ""


_OF_TYPES = ("receive", "send", "typmod_in", "typmod_out", "analyze", "subscript", "storage")
"""Words that ALTER TYPE knows: https://www.postgresql.org/docs/current/sql-altertype.html."""


def _same(wanted: str, found: str, schema: str) -> bool:
    if wanted in (found or ABSENT, found.removeprefix(f"{quoted(schema)}.") or "false"):
        return True
    try:
        return bool(found) and means(wanted, found, schema)
    except BadName:  # it is a text, and no name
        return False


def _shown(word: str, said: str) -> str:
    return f"no {word}" if said == ABSENT else f"{word} {said}"
