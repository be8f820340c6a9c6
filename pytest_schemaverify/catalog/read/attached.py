"""Policies and triggers."""

import re
from collections.abc import Iterator

from pytest_schemaverify.catalog.model import Policy, Trigger

from .source import Source

_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
_ENABLED = {"O": "origin", "R": "replica", "A": "always", "D": "disabled"}
_EVENTS = {4: "insert", 16: "update", 8: "delete", 32: "truncate"}
"""Bits of pg_trigger.tgtype, in the order in which PostgreSQL prints the events."""


def policies(source: Source) -> Iterator[Policy]:
    """Yield the row-level security policies."""
    for oid, table, name, command, permissive, roles, using, with_check in source.rows("policies"):
        if table in source.kept:
            yield Policy(
                *source.relations[table], name, _COMMANDS[command], permissive,
                tuple(sorted(source.roles[role] for role in roles)), using, with_check,
                source.comment("pg_policy", oid),
            )  # fmt: skip


def triggers(source: Source) -> Iterator[Trigger]:
    """Yield the triggers that a user made."""
    for row in source.rows("triggers"):
        oid, table, name, bits, columns, enabled, schema, function, _, definition = row
        if table not in source.kept:
            continue
        updated = ", ".join(source.names(table, columns))
        when = re.search(r" WHEN \((.*)\) EXECUTE (?:FUNCTION|PROCEDURE) ", definition, re.S)
        yield Trigger(
            *source.relations[table], name,
            "before" if bits & 2 else "instead of" if bits & 64 else "after",
            tuple(
                event + (f" of {updated}" if event == "update" and updated else "")
                for bit, event in _EVENTS.items()
                if bits & bit
            ),
            "row" if bits & 1 else "statement",
            f"{schema}.{function}" + definition[definition.rindex("(") :],
            when.group(1) if when else None,
            _ENABLED[enabled], definition, source.comment("pg_trigger", oid),
        )  # fmt: skip
