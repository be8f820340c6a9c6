from collections.abc import Iterator

from pytest_schemaverify.findings import Finding


def check(expected: list[str], versions: list[str] | None) -> Iterator[Finding]:
    """The database lists the declared versions as applied."""
    missing = [version for version in expected if version not in (versions or ())]
    if versions is None:
        yield Finding(expected=f"version {', '.join(expected)}", actual="no such table")
    elif missing:
        yield Finding(
            expected=f"version {', '.join(expected)}",
            actual=", ".join(versions) or "no version",
            hint=f"missing: {', '.join(missing)}",
        )
