"""The default privileges that are set, for what the file says of all of them."""

from collections.abc import Iterable, Iterator

from pytest_schemaverify.catalog import Catalog, Key, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.platforms import of_platform_maker, platform_schema
from pytest_schemaverify.sql.names import quoted

Defaults = Iterable[tuple[Key, Row]]


def of_people(catalog: Catalog, platform: str) -> Iterator[tuple[Key, Row]]:
    """Yield the default privileges that are not the platform's, by role, schema and kind."""
    for key, row in catalog.families["default_privileges"].items():
        if not (of_platform_maker(key[0], platform) or platform_schema(key[1], platform)):
            yield key, row


def told(defaults: Defaults, subject: str, expected: str) -> Iterator[Finding]:
    """Yield a finding for default privileges that there must not be; none where there are none."""
    found = [
        f"{row.kind} in {quoted(row.schema)}" if row.schema else row.kind
        for _, row in sorted(defaults)
    ]
    if found:
        actual = f"it has some on {', '.join(found)}"
        yield Finding(subject=subject, expected=expected, actual=actual)
