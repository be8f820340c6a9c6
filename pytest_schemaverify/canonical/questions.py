"""Questions to the server about texts; each has a transaction, which `reading` rolls back."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from psycopg import sql

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine, Refused

from .server_errors import text_remedy


class Questions:
    """Asks one server, where names that have no schema are looked up in `schema` first."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Reader]], schema: str) -> None:
        self._reading = reading
        self._schema = schema

    @contextmanager
    def question(self, tried: str) -> Iterator[Reader]:
        """Yield a reader whose settings are undone afterwards; Refused becomes CannotDetermine."""
        try:
            with self._reading() as reader:
                # The database's own search_path, with the schema of the file's names in front.
                reader.row(_PATH, sql.Identifier(self._schema).as_string(None))
                yield reader
        except Refused as error:
            because = error.message
            near = _NEAR.search(because) if error.state == "42601" else None
            # What stands behind the text in the query that it was put into is not the user's.
            if near and near[1] not in tried.partition("`")[2]:
                because = "it ends too early: something is missing at its end"
            raise CannotDetermine(tried, because=because, remedy=text_remedy(error)) from None


_NEAR = re.compile(r' at or near "(.*)"$')


def only_value(row: tuple[Any, ...] | None) -> Any:
    """Return the value of a query that returns one row with one value."""
    assert row is not None
    return row[0]


# Behind the comma there has to be a name. For an empty search_path it is "$user", which finds
# nothing unless there is a schema of the role's name.
_PATH = """
    select pg_catalog.set_config(
        'search_path',
        pg_catalog.concat(
            $1::pg_catalog.text, ', ',
            coalesce(
                pg_catalog.substring(pg_catalog.current_setting('search_path'), '.+'), '"$user"'
            )
        ),
        true
    )
"""
