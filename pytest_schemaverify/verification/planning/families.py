"""The families of the catalog that the checks of a file look at."""

from collections.abc import Iterable

from pytest_schemaverify.kinds import find
from pytest_schemaverify.kinds.kind import Kind, family_of
from pytest_schemaverify.kinds.snapshot import usual

from .planned import Planned

# These are small, and names, roles and the description of a server need them. The database's own
# row is not that of the copy from which others are read later.
_ALWAYS = frozenset({"databases", "extensions", "memberships", "roles", "schemas"})
_COMMON = _ALWAYS | {
    "columns", "constraints", "default_privileges", "domain_checks", "foreign_tables", "functions",
    "indexes", "policies", "rewrite_rules", "sequences", "statistics", "system_columns", "tables",
    "triggers", "types", "views",
}  # fmt: skip
"""Families that rules look at, and tables consist of."""


def asked(planned: Iterable[Planned]) -> frozenset[str]:
    """Return the families that are read at first; the rest is read if a check comes to need it.

    No check comes to need one that is read only where something asks for it.
    """
    found = set(_ALWAYS)
    for check, about in {(one.check, one.subject and one.subject.family) for one in planned}:
        # What is compared with the files is to be that of one moment.
        if find(check).use.live:
            found |= usual()
        kind = family_of(about or check.removeprefix("unmanaged.").partition(".")[0])
        found |= set(kind.families) if isinstance(kind, Kind) else _COMMON
    return frozenset(found | _COMMON if found & (_COMMON - _ALWAYS) else found)
