"""What clients may do by default privileges, and no policy covers, at the tables that are tried."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.trying.default_privileges import (
    Given,
    by_default,
    given,
    groups,
    sequences_of,
    usable,
)
from pytest_schemaverify.databases.resource_bounds import hold
from pytest_schemaverify.kinds.platforms import platform_schema
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.verification.planning import Planned

from .access import belongings, tables_in_scope
from .exempted import exempted, is_named
from .facts import Fact, Facts

if TYPE_CHECKING:
    from pytest_schemaverify.language.access import Access

Asked = tuple[str, Table, str]
"""A role, a table, and the family of what counts there: `tables`, `sequences`."""
_COUNTING = {"delete": "tables", "insert": "sequences"}
"""What counts for the expectation of a command."""


def _by_default(planned: Planned, facts: Facts) -> list[Given]:
    """Return the privileges that roles have by default privileges at the tables they are tried at.

    Tables of the platform do not count: a project cannot revoke what it has not granted.
    """
    access = facts.spec.access
    if access is None or facts.copy is None:
        raise TypeError("behaviour is tried on a copy of a database that the file says how to use")
    connection = facts.copy()
    hold(connection, facts.bounds)
    there = {name for (name,) in connection.execute("select rolname from pg_catalog.pg_roles")}
    scope = facts.scope(planned.expected.schemas) if planned.expected.schemas else None
    defaults = by_default(facts.catalog)
    among: dict[str, frozenset[str]] = {}
    found = {}
    for role, table, family in dict.fromkeys(_asked(access, facts)):
        own = not platform_schema(table[0], facts.platform) and (not scope or table[0] in scope)
        if not own or role not in there or table not in facts.catalog.families["tables"]:
            continue
        if role not in among:
            among[role] = groups(connection, role)
        names_ = [table] if family == "tables" else sequences_of(facts.catalog, table)
        for name in names_:
            if one := given(defaults, facts.catalog, family, name, role, among[role], table):
                found[role, name] = one
    return [*usable(connection, found.values())]


def _asked(access: "Access", facts: Facts) -> Iterator[Asked]:
    """Yield who is tried where, and what counts there."""
    yield from _of_tables(access, facts)
    for _, one in access.identities.items():
        for table in tables_in_scope(facts) if access.matrix is not None else ():
            if not one.bypasses_rls:
                yield one.role, table, _COUNTING["delete"]
    if access.isolate is None:
        return
    _, tables = belongings(access.isolate, facts)
    for table in tables:
        if not any(is_named(one, names.quoted(*table), facts) for one in access.isolate.exemptions):
            for role in (access.isolate.role, *facts.clients):
                yield role, table, _COUNTING["delete"]


def _of_tables(access: "Access", facts: Facts) -> Iterator[Asked]:
    who = dict(access.identities.items())
    doors: Any = access.tables.items() if access.tables else ()
    for name, door in doors:
        for identity, entry in door.items():
            for command, family in _COUNTING.items():
                held_back = getattr(entry, command) not in (None, "all")
                if held_back and not who[identity].bypasses_rls:
                    yield who[identity].role, yaml_names.qualified(name, facts.schema), family


FACTS: Mapping[str, Fact] = {"by_default": _by_default, "accepted": exempted}
