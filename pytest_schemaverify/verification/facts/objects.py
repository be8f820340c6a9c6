"""Facts about objects of the catalog and of the file."""

from collections.abc import Mapping
from typing import Any

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds import find, kind_of
from pytest_schemaverify.kinds.expressions import columns_of
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.verification.planning import Planned

from .client_schemas import reach
from .declared_privileges import RELATIONS
from .facts import Fact, Facts, subject_of


def _same_expression(planned: Planned, facts: Facts) -> Same:
    schema, table = subject_of(planned).key[:2]

    def same(expected: str, actual: str) -> bool:
        columns = columns_of(schema, table, facts.catalog)
        return facts.server.same_expression(expected, actual, table, columns)

    return same


def _same_condition(planned: Planned, facts: Facts) -> Same:
    """Return a function that compares conditions of a trigger, over OLD and NEW."""
    schema, table = subject_of(planned).key[:2]

    def same(expected: str, actual: str) -> bool:
        if expected.strip() == actual:
            return True
        columns = columns_of(schema, table, facts.catalog)
        listed = ", ".join(f"{names.quoted(name)} {type_}" for name, type_ in columns)
        # OLD is the name under which the server is asked about the table, and NEW a row of a
        # function with the same columns, so that both can stand in one expression.
        new = f"from pg_catalog.json_to_record('{{}}') as new ({listed})"
        # The bracket has a line of its own, for a condition may end in a comment.
        left, right = (f"(select ({text}\n) {new})" for text in (expected, actual))
        try:
            return facts.server.same_expression(left, right, "old", columns)
        except CannotDetermine as error:
            _, _, because = str(error).partition("because ")
            raise CannotDetermine(
                f"reading the condition `{expected}`",
                because=because.partition("\n")[0],
                remedy="write it as in `create trigger … when (…)`, with old. and new.",
            ) from None

    return same


def _members(planned: Planned, facts: Facts) -> frozenset[str]:
    """Return the names of a kind's objects: in the entry's table, or in the schemas in scope."""
    family = planned.check.partition(".")[0]
    kind, scope = kind_of(family), facts.scope()
    found: set[str] = set()
    for name in kind.families:
        members = facts.catalog.families[name].items()
        if planned.subject is None:
            everywhere = kind.schemaless
            rows = [r for key, r in members if everywhere or len(key) == 1 or key[0] in scope]
        # Partitions may be in any schema; whose they are is asked below.
        elif kind.beside:
            rows = [row for _, row in members]
        elif len(planned.subject.key) > 1:  # looked up by table: every table may have an `exact`
            rows = facts.catalog.of_table(name, *planned.subject.key[:2])
        else:
            around = planned.subject.key
            rows = [row for key, row in members if key[: len(around)] == around]
        found.update(kind.own_name(row) for row in rows if kind.has(row, planned.subject))
    return frozenset(found)


def _expected(planned: Planned, facts: Facts) -> Any:
    if planned.check.endswith(".exact") and isinstance(planned.expected, frozenset):
        inside = planned.subject.key[:2] if planned.subject is not None else ()
        rows = (
            facts.row(one)
            for member in planned.expected
            for one in facts.objects(member)
            if not inside or (one.parent is not None and one.parent.key[:2] == inside)
        )
        family = planned.check.partition(".")[0]
        if family == "grants":
            return frozenset(subject.key[-1] for subject in planned.expected)
        return frozenset(kind_of(family).own_name(row) for row in rows if row is not None)
    return planned.expected


def _routines(planned: Planned, facts: Facts) -> frozenset[str]:
    """Return the functions that the file names; a name without types is all of its overloads."""
    named = {one.key for subject in planned.expected for one in facts.objects(subject)}
    found = {key for key in facts.catalog.families["functions"] if (*key[:2], "*") in named}
    for subject in planned.expected:
        rows = (facts.row(one) for one in facts.objects(subject) if one.key[2] != "*")
        found.update((row.schema, row.name, row.arguments) for row in rows if row is not None)
    return frozenset(
        kind_of("functions").own_name(facts.catalog.find("functions", key)) for key in found
    )


def _unnamed_clients(planned: Planned, facts: Facts) -> frozenset[str]:
    """Return the roles that clients come as of which the entry says nothing.

    On relations and columns everyone is one of them, unless all are named, where what everyone may
    do is counted for each. Elsewhere everyone has something from the start.
    """
    named = {subject.key[-1] for subject in planned.expected}
    clients = set(facts.clients)
    if clients - named and subject_of(planned).family in (*RELATIONS, "columns"):
        clients.add("public")
    return frozenset(clients - named)


def _columns_with_dimensions(planned: Planned, facts: Facts) -> frozenset[tuple[str, ...]]:
    """Return the vector columns that have dimensions of their own in the file."""
    columns = getattr(planned.entry, "columns", None)
    own = [(name, one) for name, one in columns.items() if one.dimensions] if columns else []
    written = [yaml_names.parts(name) for name, _ in own]
    return frozenset(key if len(key) == 3 else (facts.schema, *key) for key in written)


def _scope(planned: Planned, facts: Facts) -> frozenset[str]:
    """Return the schemas that a rule is about: of one about clients all that these may use."""
    schemas = getattr(planned.expected, "schemas", None)
    about_clients = "clients" in find(planned.check).query_needs
    return reach(facts, schemas) if about_clients else facts.scope(schemas)


def _policy_scope(planned: Planned, facts: Facts) -> frozenset[str]:
    """Return the schemas whose policies a rule is about.

    The tables of Supabase for files and messages come without any, so those there are the project's
    own. They count unless the rule says itself which schemas are in scope.
    """
    schemas = getattr(planned.expected, "schemas", None)
    return facts.scope(schemas) | (frozenset() if schemas else {"storage", "realtime"})


FACTS: Mapping[str, Fact] = {
    "expected": _expected,
    "actual": lambda planned, facts: facts.row(subject_of(planned)),
    "subject": lambda planned, facts: subject_of(planned),
    "family": lambda planned, facts: planned.check.partition(".")[0],
    "schema": lambda planned, facts: facts.schema,
    "catalog": lambda planned, facts: facts.catalog,
    "platform": lambda planned, facts: facts.platform,
    "server": lambda planned, facts: facts.server,
    "same": _same_expression,
    "same_condition": _same_condition,
    "scope": _scope,
    "policy_scope": _policy_scope,
    "named_schemas": lambda planned, facts: facts.scope(getattr(planned.expected, "schemas", None)),
    "named": _columns_with_dimensions,
    "unnamed_clients": _unnamed_clients,
    "routines": _routines,
    "members": _members,
    "today": lambda planned, facts: facts.today,
}
