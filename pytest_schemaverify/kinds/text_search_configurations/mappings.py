from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.objects import means
from pytest_schemaverify.kinds.text_search_configurations.row import TextSearchConfiguration
from pytest_schemaverify.sql.names import quoted

USE = Use(pairs=True)


def check(
    expected: tuple[str, list[str]], actual: TextSearchConfiguration, schema: str
) -> Iterator[Finding]:
    """Tokens of the declared type go to the declared dictionaries, in order."""
    token, wanted = expected
    found = actual.dictionaries(token)
    if len(found) == len(wanted) and all(
        means(name, there, schema) for name, there in zip(wanted, found, strict=True)
    ):
        return
    alter = f"alter text search configuration {quoted(actual.schema, actual.name)}"
    # `add mapping` is an error for a type that has dictionaries; `alter` takes these away:
    # https://www.postgresql.org/docs/current/sql-altertsconfig.html
    way = "alter" if found else "add"
    make = f"{way} mapping for {token} with {', '.join(wanted)}"
    yield Finding(
        expected=f"{token} with {_listed(wanted)}",
        actual=f"{token} with {_listed(found)}",
        fix=f"{alter} {make if wanted else f'drop mapping for {token}'};",
    )


def _listed(dictionaries: list[str]) -> str:
    return ", ".join(dictionaries) or "no dictionary"
