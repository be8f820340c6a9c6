"""Gives a column of a catalog another value, and asks a comparison whether it has noticed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import yaml
from psycopg import Connection

from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.rehearsal.state import Change, State, differences, state

DATA = Path(__file__).parent.parent / "data"
HOW: dict[str, dict[str, str]] = yaml.safe_load((DATA / "judged.yaml").read_text(encoding="utf-8"))
_OIDS = ("oid", "regproc")
_MOST = 4
"""Rows that are changed one at a time, where all at once is refused or hides something."""


def prepare(connection: Connection[Any]) -> State:
    """Make one of each kind of object, and return the state."""
    connection.execute("set allow_system_table_mods = on")
    major = connection.info.server_version // 10000
    for statement in (DATA / "judged.sql").read_text(encoding="utf-8").split(";\n"):
        since = re.match(r"\s*(?:--.*\n)*/\* (\d+) \*/", statement)
        if statement.strip() and (since is None or int(since[1]) <= major):
            connection.execute(statement.encode())
    return state(connection, ours=True)


def columns(connection: Connection[Any]) -> dict[str, dict[str, str]]:
    """Return the type of each column of each catalog of the server."""
    found: dict[str, dict[str, str]] = {}
    for catalog, column, type_ in connection.execute(_COLUMNS):
        found.setdefault(catalog, {})[column] = type_
    return found


_COLUMNS = """
    select c.relname, a.attname, a.atttypid::regtype::text
    from pg_catalog.pg_class as c join pg_catalog.pg_attribute as a on a.attrelid = c.oid
    where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r'
      and a.attnum > 0 and not a.attisdropped
    order by 1, a.attnum
"""


def noticed(
    connection: Connection[Any],
    before: State,
    catalog: str,
    column: str,
    types: dict[str, str],
    *,
    named: bool,
) -> list[Change]:
    """Return the differences that a change of the column makes, [] if no change makes one.

    `named` goes on until one is told by name, if there is such a change.
    """
    least: list[Change] = []
    for value in _values(catalog, column, types[column]):
        for rows in _rows(connection, catalog, column, value, types):
            found = _changed(connection, before, f"{catalog}.{column}", value, rows)
            if found and not (named and by_digest(found)):
                return found
            least = least or found
    return least


def by_digest(found: list[Change]) -> bool:
    """Return whether only the digest of a catalog's rows tells the difference."""
    return all(one.kind == "other rows" for one in found)


def _values(catalog: str, column: str, type_: str) -> Iterator[str]:
    """Yield SQL for other values: one that is written down, or one of another row."""
    written = HOW["values"].get(f"{catalog}.{column}") or HOW["types"].get(type_)
    if written:
        yield written.replace("{c}", f"r.{column}")
        return
    of_another = f"select x.{column} from pg_catalog.{catalog} as x where x.{column}"
    # Of the user's if possible, whose rows are the last ones.
    if type_ == '"char"':
        yield f"({of_another} <> '' and x.{column} <> r.{column} order by x.ctid desc limit 1)"
        return
    text = "::text" if type_ == "pg_node_tree" else ""
    yield f"({of_another}{text} <> r.{column}{text} order by x.ctid desc limit 1)"
    yield "0" if type_ in _OIDS else "null"


def _rows(
    connection: Connection[Any], catalog: str, column: str, value: str, types: dict[str, str]
) -> Iterator[list[str]]:
    """Yield the places of all rows that may be given the value, and then of one at a time."""
    key = ["oid"] if "oid" in types else [name for name, type_ in types.items() if type_ in _OIDS]
    about = " or ".join(f"r.{name}::oid >= 16384" for name in key)
    condition = f"({HOW['rows'].get(catalog, about)}) and " + HOW["of"].get(
        f"{catalog}.{column}", "true"
    )
    text = f"select r.ctid::text from pg_catalog.{catalog} as r where {condition}"
    plain = value in ("0", "null") or value.startswith("'")
    if not plain:
        text += f" and ({value}) is not null"
    places = [place for (place,) in connection.execute(f"{text} order by r.ctid".encode())]
    if places:
        yield places
        yield from ([place] for place in places[:_MOST] if len(places) > 1)


def _changed(
    connection: Connection[Any], before: State, column: str, value: str, places: list[str]
) -> list[Change]:
    catalog, _, name = column.partition(".")
    update = (
        f"update pg_catalog.{catalog} as r set {name} = ({value}) where r.ctid::text = any (%s)"
    )
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(update.encode(), [places])
            return list(differences(before, state(connection, ours=True)))
    except (psycopg.Error, SchemaVerifyError, LookupError):
        assert not connection.closed, f"the server has ended after {update}"
        return []  # a catalog that fits no longer, of which the server or a reader says so
