from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.publications.row import Publication
from pytest_schemaverify.sql.names import quoted


def check(expected: list[str], actual: Publication) -> Iterator[Finding]:
    """The publication publishes every table of the declared schemas, and of no others."""
    wanted = sorted(map(as_name, expected))
    if wanted != sorted(actual.schemas):
        name = quoted(actual.name)
        missing = [quoted(schema) for schema in wanted if schema not in actual.schemas]
        extra = [quoted(schema) for schema in actual.schemas if schema not in wanted]
        changes = [("add", missing), ("drop", extra)]
        yield Finding(
            expected=", ".join(map(quoted, wanted)) or "no schemas",
            actual=", ".join(map(quoted, actual.schemas)) or "no schemas",
            # `tables in schema` came with PostgreSQL 15; before, no schema is published.
            fix="\n".join(
                f"alter publication {name} {verb} tables in schema {', '.join(schemas)};"
                for verb, schemas in changes
                if schemas
            ),
        )
