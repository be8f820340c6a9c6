"""Tables whose changes a publication sends."""

from collections.abc import Iterable

from psycopg import sql

from pytest_schemaverify.kinds.platforms import PUBLICATIONS, is_one
from pytest_schemaverify.sql.names import quoted


def published(scope: Iterable[str]) -> sql.Composed:
    """Return a statement for tables in some schemas and the publications that send changes of each.

    Those of publications for all tables, or for whole schemas, are among them. Its rows are schema,
    name, and the publications.
    """
    return sql.SQL(
        "select schemaname, tablename, pg_catalog.array_agg(pubname::text order by pubname)"
        " from pg_catalog.pg_publication_tables where schemaname = any ({})"
        " group by 1, 2 order by 1, 2"
    ).format(sorted(scope))


def to_clients(publications: Iterable[str]) -> list[str]:
    """Return those publications of which Supabase's Realtime sends changes to its subscribers."""
    return [one for one in publications if is_one(one, PUBLICATIONS["supabase"])]


def by(publications: Iterable[str]) -> str:
    """Return by which publications changes are sent, in words."""
    return f"changes are sent by {' and '.join(map(quoted, publications))}"
