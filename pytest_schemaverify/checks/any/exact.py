from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.objects import FAMILIES


def check(expected: frozenset[str], members: frozenset[str], family: str) -> Iterator[Finding]:
    """No other objects of the kind are there than those named; naming one says that it exists."""
    noun = FAMILIES[family].noun
    for extra in sorted(members - expected - _ALWAYS.get(family, frozenset())):
        if family == "roles" and extra.startswith("pg_"):
            continue
        yield Finding(subject=extra, expected=f"no other {noun}", actual=f"the {noun} is there")


_ALWAYS = {
    "extensions": frozenset({"plpgsql"}),
    "languages": frozenset({"plpgsql"}),
}
"""What every database has from the start."""
