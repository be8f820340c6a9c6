"""Read the catalog once, into rows without OIDs.

Names behind OIDs are looked up here and not by joins in each query: for 2,000 tables that is half
the time, and the server opens no table that it does not have to. Sources: pg_catalog only, see
https://www.postgresql.org/docs/current/catalogs.html

Rows are named tuples, not dataclasses: a schema of 2,000 tables has 50,000 rows, and making them is
then three times as fast. There are no OIDs in them: two databases with equal schemas have equal
rows.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from psycopg import Connection

from pytest_schemaverify.databases.reading import Reader, reader_over
from pytest_schemaverify.settings.garbage_collection import uncollected

from .model import Catalog, Families, Key, Row
from .source import Rows, Source


def read(connection: Reader | Connection[Any], families: Iterable[Rows]) -> Catalog:
    """Return a snapshot of the catalog.

    It is one moment's when the transaction is REPEATABLE READ. Only pg_catalog is read, so a role
    without rights on the tables sees everything all the same. Raises Refused when the server
    does not answer, DatabaseUnavailable when it is gone.
    """
    with uncollected(), reader_over(connection).undone() as reader:
        # Names print with their schema, and no plan is compiled for a query that runs once.
        # Constants print alike with all settings of the database, as in pg_dump.
        reader.plainly(search_path="", jit="off")
        source = Source(reader)
        rows = Families((one.family, _rows(one, source)) for one in families)
        return Catalog(source.version, rows)


def _rows(family: Rows, source: Source) -> dict[Key, Row]:
    if len(family.key) == 1:  # of one name attrgetter returns what it is, and no tuple
        name: Callable[[Row], str] = attrgetter(*family.key)
        return {(name(row),): row for row in family.read(source)}
    key: Callable[[Row], Key] = attrgetter(*family.key)
    return {key(row): row for row in family.read(source)}
