from collections.abc import Iterator

from pytest_schemaverify.findings import Finding


def check(expected: list[str], versions: list[str] | None) -> Iterator[Finding]:
    """The database lists just the declared versions as applied."""
    if versions is None:
        yield Finding(expected=f"version {', '.join(expected)}", actual="no such table")
    elif sorted(versions) != sorted(expected):
        yield Finding(
            expected=f"version {', '.join(expected)}",
            actual=", ".join(versions) or "no version",
        )
