import difflib
from collections.abc import Iterator, Sequence

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.text_search_configurations.row import TextSearchConfiguration
from pytest_schemaverify.sql.names import quoted

USE = Use(pairs=True)


def check(
    expected: tuple[str, list[str] | frozenset[str]], actual: TextSearchConfiguration, schema: str
) -> Iterator[Finding]:
    """Tokens of the declared type go to the declared dictionaries, in order."""
    if isinstance(expected[1], frozenset):
        yield from _others({one.lower() for one in expected[1]}, actual)
        return
    token = expected[0].lower()  # as in SQL, where no parser has a type with capitals
    wanted = [] if expected[1] == ["absent"] else expected[1]
    if token not in actual.tokens:
        # Nothing is mapped for a type that does not exist, which must not pass for `[]`.
        yield _unknown(token, actual)
        return
    found = actual.dictionaries(token)
    if len(found) == len(wanted) and all(
        means(name, there, schema) for name, there in zip(wanted, found, strict=True)
    ):
        return
    alter = _alter(actual)
    # `add mapping` is an error for a type that has dictionaries; `alter` takes these away:
    # https://www.postgresql.org/docs/current/sql-altertsconfig.html
    way = "alter" if found else "add"
    make = f"{way} mapping for {token} with {', '.join(wanted)}"
    yield Finding(
        expected=f"{token} with {_listed(wanted)}",
        actual=f"{token} with {_listed(found)}",
        fix=f"{alter} {make if wanted else f'drop mapping for {token}'};",
    )


def _others(named: set[str], actual: TextSearchConfiguration) -> Iterator[Finding]:
    for token in actual.tokens:
        if token not in named and (found := actual.dictionaries(token)):
            yield Finding(
                subject=token,
                expected="no other type of tokens with dictionaries",
                actual=f"{token} with {_listed(found)}",
                fix=f"{_alter(actual)} drop mapping for {token};",
            )


def _alter(actual: TextSearchConfiguration) -> str:
    return f"alter text search configuration {quoted(actual.schema, actual.name)}"


def _unknown(token: str, actual: TextSearchConfiguration) -> Finding:
    near = difflib.get_close_matches(token, actual.tokens, n=1)
    return Finding(
        expected=f"a type of tokens of the parser {actual.parser}",
        actual=f"it has no type {token}",
        hint=f"did you mean `{near[0]}`?" if near else "",
    )


def _listed(dictionaries: Sequence[str]) -> str:
    return ", ".join(dictionaries) or "no dictionary"
