from collections.abc import Iterator

from pytest_schemaverify.findings import Finding


def check(expected: list[str], versions: list[str] | None) -> Iterator[Finding]:
    """The database lists the declared versions as applied."""
    if versions is None:
        yield Finding(expected=f"version {', '.join(expected)}", actual="no such table")
        return
    missing = [version for version in expected if version not in versions]
    if missing:
        latest = f"the last of {len(versions)} is {versions[-1]}" if versions else "none is listed"
        yield Finding(
            expected=f"version {', '.join(expected)}",
            actual=f"{', '.join(missing)} missing; {latest}",
        )
