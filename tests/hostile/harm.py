"""Texts that do harm if they are run, and how that is seen."""

import os
import re
import time
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.databases import Dsn, Server, create
from tests.hostile.places import DATA
from tools.fuzz.schema import ROOT

FOLDER = "FOLDER"
"""Stands in a text for a folder in which no file may appear."""


class Harm(NamedTuple):
    """A text, and how it does harm."""

    text: str
    within: str = "{}"
    """SQL in which it does harm if it is put in without quoting."""
    sent: str = ""
    """The part of the text that is put in, if it is not the whole."""


HARMS = {name: Harm(*written) for name, written in DATA["harms"].items()}


def prepared(server: Server, name: str, folder: Path) -> Dsn:
    """Return a database with something of everything, and with much that no rollback undoes."""
    text = (ROOT / "tests/data/hostile.sql").read_text(encoding="utf-8")
    dsn = create(server, name=name, platform="postgres", extensions={}).dsn
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(text.replace(FOLDER, str(folder)).encode())
        _reloaded(connection)
    return dsn


def _reloaded(connection: Connection[Any]) -> None:
    """Have the server read its files again, and wait: it may still be about to from its start."""
    asked, end = (
        connection.execute("select now(), pg_reload_conf()").fetchone(),
        time.monotonic() + 9,
    )
    assert asked is not None
    query = "select pg_conf_load_time() >= %s"
    while connection.execute(query, asked[:1]).fetchone() != (True,) and time.monotonic() < end:
        time.sleep(0.02)


# The state of a database before and afterwards

_RELATIONS = """
select c.oid::regclass::text from pg_catalog.pg_class as c
where relkind in ('r', 'm') and relnamespace::regnamespace::text not in
  ('information_schema', 'pg_toast')
order by 1
"""
_DIGEST = """
select {0}::text, pg_catalog.md5(pg_catalog.string_agg(t::text, '' order by t.ctid)) from {1} as t
"""
_OTHER = {
    "sequences": "select * from pg_catalog.pg_sequences order by 1, 2",
    "slots": "select slot_name from pg_catalog.pg_replication_slots order by 1",
    "prepared transactions": "select gid from pg_catalog.pg_prepared_xacts order by 1",
    "locks": "select objid from pg_catalog.pg_locks where locktype = 'advisory' order by 1",
    "settings": "select pg_catalog.pg_conf_load_time(),"
    " pg_catalog.pg_read_file('postgresql.auto.conf')",
    "statistics": "select datname, stats_reset from pg_catalog.pg_stat_database order by 1",
    "transactions that write":
    "select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())",
    "bystander":
    "select pid from pg_catalog.pg_stat_activity where application_name = 'bystander'",
    "sessions": "select application_name from pg_catalog.pg_stat_activity"
    " where backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid() order by 1",
}  # fmt: skip
QUICK = frozenset(_OTHER) - {"prepared transactions", "statistics", "sessions"}
"""What is compared between two files; every write in the cluster shows as a transaction."""


def state(connection: Connection[Any], folder: Path, *, quick: bool = False) -> dict[str, Any]:
    """Return what a text may change, each under what it is called."""
    found = {
        name: connection.execute(query.encode()).fetchall()
        for name, query in _OTHER.items()
        if name in QUICK or not quick
    }
    found["files"] = [(one.name, one.stat().st_mtime_ns) for one in sorted(folder.iterdir())]
    if not quick:
        there = [sql.SQL(name) for (name,) in connection.execute(_RELATIONS).fetchall()]
        each = [sql.SQL(_DIGEST).format(sql.Literal(one.as_string()), one) for one in there]
        found |= dict(connection.execute(sql.SQL(" union all ").join(each)).fetchall())
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return what is not as it was, with both values."""
    names = sorted(before.keys() | after.keys())
    return {
        name: (before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    }


def settled(connection: Connection[Any], folder: Path, before: dict[str, Any]) -> dict[str, Any]:
    """Return what is not as it was, once sessions that have been left are over."""
    end = time.monotonic() + 5
    while True:
        differing = changed(before, state(connection, folder))
        if not differing.keys() & {"sessions", "locks"} or time.monotonic() > end:
            return differing
        time.sleep(0.02)


def run(connection: Connection[Any], harm: Harm, folder: Path) -> None:
    """Do the harm the way a text would do it that is sent without any care."""
    text = re.sub(r"\$\{env:NOT_SET:-(.*)\}", r"\1", harm.sent or harm.text)
    statement = harm.within.replace("{}", text, 1).replace(FOLDER, str(folder))
    if text.startswith("$("):
        os.system(f'echo "{statement}" > {os.devnull}')
    else:
        connection.execute(statement.encode())
