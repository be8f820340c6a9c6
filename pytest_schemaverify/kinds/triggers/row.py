"""The triggers of a snapshot."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import ENABLED, OF_RELATION, Rows, Source
from pytest_schemaverify.kinds.expressions import same_print

_HERE = Path(__file__).parent


_EVENTS = {4: "insert", 16: "update", 8: "delete", 32: "truncate"}
"""Bits of pg_trigger.tgtype, in the order in which PostgreSQL prints the events."""


class Trigger(NamedTuple):
    """A trigger that a user made."""

    schema: str
    table: str
    name: str
    timing: str
    events: tuple[str, ...]
    level: str
    function: str
    when: str | None
    enabled: str
    """`origin`, `replica`, `always` or `disabled`."""
    columns: tuple[str, ...]
    """Columns of `update of`."""
    constraint: bool
    deferrable: bool
    deferred: bool
    old_table: str
    new_table: str
    definition: str
    comment: str
    depends_on_extensions: tuple[str, ...]
    """Extensions with which it is dropped, sorted."""


def _read(source: Source) -> Iterator[Trigger]:
    """Yield the triggers that a user made."""
    for row in source.rows(_HERE / "triggers.sql"):
        (oid, table, name, bits, columns, enabled, schema, function, _, constraint, deferrable,
         deferred, old_table, new_table, definition) = row  # fmt: skip
        if table not in source.kept:
            continue
        named = source.names(table, columns)
        updated = ", ".join(named)
        # The condition is cut out of the definition: pg_get_expr prints expressions over one
        # relation, and this one is over OLD and NEW.
        when = re.search(r" WHEN \((.*)\) EXECUTE (?:FUNCTION|PROCEDURE) ", definition, re.S)
        yield Trigger(
            *source.relations[table], name,
            # TRIGGER_TYPE_… in PostgreSQL's src/include/catalog/pg_trigger.h, as those in _EVENTS.
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
            source.depends_on("pg_trigger", oid),
        )  # fmt: skip


ROWS = (
    Rows(
        family="triggers",
        read=_read,
        key=("schema", "table", "name"),
        inside=OF_RELATION,
        # The events say the same, and a state has the dependencies among its other objects.
        tolerated=frozenset({"columns", "depends_on_extensions"}),
        texts={"definition": same_print, "when": same_print},
    ),
)
