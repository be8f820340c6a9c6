"""Variables of libpq are for the user's databases: they do not come between us and our server."""

import os
import re
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo, pq

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.server import NEUTRAL
from pytest_schemaverify.settings.config import Config
from tests.projects import NUMBER, Project, text_of
from tests.projects import project as project

ODD = {
    "LC_ALL": "xx_XX",
    "PGCHANNELBINDING": "require",
    "PGCLIENTENCODING": "SQL_ASCII",
    "PGDATA": "/nowhere",
    "PGDATESTYLE": "postgres, dmy",
    "PGGEQO": "neither",
    "PGGSSENCMODE": "require",
    "PGHOST": "db.invalid",
    "PGHOSTADDR": "127.0.0.1",
    "PGOPTIONS": "-c search_path=nowhere",
    "PGPORT": "1",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGREQUIRESSL": "1",
    "PGSERVICE": "production",
    "PGSSLMODE": "verify-full",
    "PGTARGETSESSIONATTRS": "standby",
    "PGTZ": "Mars/Olympus",
}
"""Values that libpq understands, and that lead elsewhere; other variables get one that is none."""


def known() -> set[str]:
    """Return the variables that libpq reads: those that it lists, and what else is in its code."""
    listed = {option.envvar.decode() for option in pq.Conninfo.get_defaults() if option.envvar}
    assert {"PGSERVICE", "PGSSLMODE", "PGREQUIREPEER"} <= listed
    bundled = Path(psycopg.__file__).parents[1].glob("psycopg_binary.libs/libpq*")
    within = [re.findall(rb"\0(PG[A-Z]{2,})(?=\0)", path.read_bytes()) for path in bundled]
    return listed | {name.decode() for names in within for name in names}


VARIABLES = sorted({*known(), *ODD})


def value(name: str) -> str:
    return ODD.get(name, "nothing/that is known")


def test_all_of_them_are_tried() -> None:
    assert {"PGTZ", "PGDATESTYLE", "PGGEQO", "PGSERVICE", "PGSSLROOTCERT"} <= {*VARIABLES}
    assert len(VARIABLES) > 35


@pytest.mark.parametrize("name", VARIABLES)
def test_one_alone_does_not_matter(
    embedded: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    query = "select array_agg((name, setting)::text order by name) from pg_catalog.pg_settings"
    with databases.connect(embedded.dsn) as connection:
        before = connection.execute(query).fetchone()
    monkeypatch.setenv(name, value(name))
    with databases.connect(embedded.dsn) as connection:
        assert connection.execute(query).fetchone() == before
        assert connection.info.encoding == "utf-8"
    assert os.environ[name] == value(name)


def test_all_together_do_not_matter(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, value(name))
    result = project.run_apart("--schema-costs")
    result.assert_outcomes(passed=NUMBER)
    assert "cannot be measured" not in text_of(result)


def test_who_has_the_dsn_gets_there_as_far_as_a_dsn_can_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    undone = {"PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGSSLMODE", *NEUTRAL}
    for name in undone:
        monkeypatch.setenv(name, value(name))
    with databases.start(Config(database="embedded")) as server:
        dsn = conninfo.make_conninfo(server.dsn)
        with psycopg.connect(dsn) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
