from collections.abc import Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.kind import Use, kind_of
from pytest_schemaverify.sql.names import BadName, literal, quoted

USE = Use(pairs=True)


def check(
    expected: tuple[str, str | int | float | bool | frozenset[str]],
    actual: Row,
    schema: str,
    family: str,
) -> Iterator[Finding]:
    """What stands behind the name in its CREATE is as declared."""
    word, said = expected[0].lower(), expected[1]
    if isinstance(said, frozenset):
        named = {one.lower() for one in said}
        for other, found in actual.definition:
            if other not in named:
                yield Finding(subject=other, expected="no other word", actual=_shown(other, found))
        return
    wanted = str(said).lower() if isinstance(said, bool) else str(said)
    found = dict(actual.definition).get(word, "")
    if _same(wanted, found, schema):
        return
    options = family == "text_search_dictionaries" and word != "template"
    alter = f"alter {kind_of(family).named(actual)}"
    value = f"{quoted(word)} = {literal(wanted)}" if wanted != "absent" else quoted(word)
    yield Finding(
        expected=_shown(word, wanted),
        actual=_shown(word, found or "absent"),
        # The others have no ALTER for what they are made of.
        fix=f"{alter} ({value});" if options else "",
    )


def _same(wanted: str, found: str, schema: str) -> bool:
    if wanted in (found or "absent", found.removeprefix(f"{quoted(schema)}.") or "false"):
        return True
    try:
        return bool(found) and means(wanted, found, schema)
    except BadName:  # it is a text, and no name
        return False


def _shown(word: str, said: str) -> str:
    return f"no {word}" if said == "absent" else f"{word} {said}"
