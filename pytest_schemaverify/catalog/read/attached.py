"""Policies, triggers, rules and statistics of tables."""

import re
from collections.abc import Iterator

from pytest_schemaverify.catalog.rows.attached import Policy, RewriteRule, Statistics, Trigger

from .source import Source

_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
ENABLED = {"O": "origin", "R": "replica", "A": "always", "D": "disabled"}
_REWRITTEN = {"1": "select", "2": "update", "3": "insert", "4": "delete"}
_STATISTICS = {"d": "ndistinct", "f": "dependencies", "m": "mcv"}
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
        (oid, table, name, bits, columns, enabled, schema, function, _, constraint, deferrable,
         deferred, old_table, new_table, definition) = row  # fmt: skip
        if table not in source.kept:
            continue
        named = source.names(table, columns)
        updated = ", ".join(named)
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
            ENABLED[enabled], named, constraint, deferrable, deferred, old_table or "",
            new_table or "", definition, source.comment("pg_trigger", oid),
        )  # fmt: skip


def rewrite_rules(source: Source) -> Iterator[RewriteRule]:
    """Yield the rules that rewrite statements."""
    for oid, table, name, event, instead, enabled, definition in source.rows("rewrite_rules"):
        if table in source.kept:
            yield RewriteRule(
                *source.relations[table], name, _REWRITTEN[event], instead, ENABLED[enabled],
                definition, source.comment("pg_rewrite", oid),
            )  # fmt: skip


def statistics(source: Source) -> Iterator[Statistics]:
    """Yield the extended statistics."""
    for row in source.rows("statistics"):
        oid, table, schema, name, owner, kinds, columns, expressions, target = row
        if table in source.kept and source.own("pg_statistic_ext", oid):
            of_table = source.relations[table][0] == schema
            yield Statistics(
                *source.relations[table], name if of_table else f"{schema}.{name}",
                schema, source.roles[owner],
                tuple(_STATISTICS[kind] for kind in sorted(kinds) if kind in _STATISTICS),
                source.names(table, columns), tuple(expressions), target,
                source.comment("pg_statistic_ext", oid),
            )  # fmt: skip
