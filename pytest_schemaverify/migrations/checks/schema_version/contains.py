from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.conditions import holds, is_condition, version


def check(expected: list[str], versions: list[str] | None) -> Iterator[Finding]:
    """The database lists the declared versions as applied."""
    if versions is None:
        yield Finding(
            expected=f"version {', '.join(expected)}", actual="no such table", unlike=True
        )
        return
    missing = [one for one in expected if not any(_is(found, one) for found in versions)]
    if missing:
        latest = (
            f"the last of {len(versions)} is {_last(versions)}" if versions else "none is listed"
        )
        yield Finding(
            expected=f"version {', '.join(expected)}",
            actual=f"{', '.join(missing)} missing; {latest}",
            identity=f"{', '.join(missing)} missing",
        )


def _is(found: str, wanted: str) -> bool:
    return holds(wanted, version(found), version) if is_condition(wanted) else found == wanted


def _last(versions: list[str]) -> str:
    read = [version(one) for one in versions]
    known = [one for one in read if one is not None]
    # Where one of them is no version, the order of the table is all that there is.
    return versions[read.index(max(known)) if len(known) == len(read) else -1]
