"""The rules of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import ENABLED, OF_RELATION, Rows, Source
from pytest_schemaverify.kinds.expressions import same_print

_HERE = Path(__file__).parent


# pg_rewrite.ev_type: https://www.postgresql.org/docs/current/catalog-pg-rewrite.html
_REWRITTEN = {"1": "select", "2": "update", "3": "insert", "4": "delete"}


class RewriteRule(NamedTuple):
    """A rule that rewrites statements on a table or view; not the one that makes a view."""

    schema: str
    table: str
    name: str
    event: str
    instead: bool
    enabled: str
    definition: str
    comment: str


def _read(source: Source) -> Iterator[RewriteRule]:
    """Yield the rules that rewrite statements."""
    for oid, table, name, event, instead, enabled, definition in source.rows(
        _HERE / "rewrite_rules.sql"
    ):
        if table in source.kept:
            yield RewriteRule(
                *source.relations[table], name, _REWRITTEN[event], instead, ENABLED[enabled],
                definition, source.comment("pg_rewrite", oid),
            )  # fmt: skip


ROWS = (
    Rows(
        family="rewrite_rules",
        read=_read,
        key=("schema", "table", "name"),
        noun="rule",
        inside=OF_RELATION,
        texts={"definition": same_print},
    ),
)
