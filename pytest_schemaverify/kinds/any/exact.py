from collections.abc import Iterator
from fnmatch import fnmatchcase

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import kind_of
from pytest_schemaverify.kinds.platforms import platform_schema
from pytest_schemaverify.sql.names import parts


def check(
    expected: frozenset[str],
    members: frozenset[str],
    family: str,
    catalog: Catalog,
    platform: str,
) -> Iterator[Finding]:
    """No other objects of the kind are there than those named; naming one says that it exists."""
    noun = kind_of(family).noun
    for extra in sorted(members - expected):
        # A platform adds schemas of its own from one version to the next.
        made = family == "schemas" and platform_schema(extra, platform)
        if not made and not _is_everywhere(family, extra, catalog):
            yield Finding(subject=extra, expected=f"no other {noun}", actual=f"the {noun} is there")


def _is_everywhere(family: str, name: str, catalog: Catalog) -> bool:
    """Return whether every server, or every database, has an object from the start."""
    if any(fnmatchcase(name, pattern) for pattern in kind_of(family).always):
        return True
    # The one who ran initdb has chosen the name of the first superuser, so no pattern has it.
    role = catalog.find("roles", parts(name)) if family == "roles" else None
    return role is not None and role.initial
