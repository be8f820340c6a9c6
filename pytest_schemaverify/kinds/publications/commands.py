from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.publications.row import Publication
from pytest_schemaverify.sql.names import quoted

_ALL = ("insert", "update", "delete", "truncate")


def check(expected: list[str], actual: Publication) -> Iterator[Finding]:
    """The publication publishes the declared commands, and no others."""
    # The order is the snapshot's, so that lists can be compared.
    wanted = [word for word in _ALL if word in {one.lower() for one in expected}]
    unknown = sorted({one.lower() for one in expected} - set(_ALL))
    if unknown or wanted != list(actual.commands):
        yield Finding(
            expected=", ".join([*wanted, *unknown]) or "nothing",
            actual=", ".join(actual.commands) or "nothing",
            hint=f"there is no {', '.join(unknown)}" if unknown else "",
            fix=""
            if unknown
            else f"alter publication {quoted(actual.name)} set (publish = '{', '.join(wanted)}');",
        )
