"""However a secret is written, no output shows it; and what is none stays readable."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import Any

import psycopg
import pytest

from pytest_schemaverify.databases import Dsn, connect
from pytest_schemaverify.errors import DatabaseUnavailable, MigrationFailed
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.failure import Place, failed
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.migrations.static.secrets import secrets
from pytest_schemaverify.reports.failure import brief, failure
from pytest_schemaverify.sql.positions import frame
from pytest_schemaverify.sql.secrets import found, masked
from pytest_schemaverify.verification.known_findings import known_of
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.planning.expectations import plan
from pytest_schemaverify.verification.result import Result
from tests.secret_forms import HARMLESS, written

FORMS = written()


@pytest.mark.parametrize(("text", "secret"), FORMS.values(), ids=FORMS)
def test_a_secret_is_masked_without_moving_anything(text: str, secret: str) -> None:
    shown = masked(f"{text}\nselect nothing;\n")
    assert secret not in shown
    assert len(shown) == len(text) + len("\nselect nothing;\n")
    assert shown.endswith("\nselect nothing;\n")
    assert [i for i, c in enumerate(text) if c == "\n"] == [
        i for i, c in enumerate(shown[: len(text)]) if c == "\n"
    ]


def test_there_are_many_forms() -> None:
    assert len(FORMS) >= 100
    assert len(HARMLESS) >= 50


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    assert masked(text) == text
    assert list(secrets(text)) == []


def surrounded(text: str) -> Iterator[str]:
    """Yield a text at other places of a file."""
    quoted = text.replace("'", "''")
    yield f"select 1;\n{text}\nselect 2;"
    if "--" not in text and "\n" not in text:
        yield f"do $do$ begin if true then {text} end if; end $do$;"
        yield f"-- {text}"
        yield f"/* {text} */ select 1;"
    if not text.startswith("do ") and "\n" not in text and "''" not in text:
        yield f"do $do$ begin execute '{quoted}'; end $do$;"
    yield text.replace("\n", "\r\n")


@pytest.mark.parametrize(("text", "secret"), FORMS.values(), ids=FORMS)
def test_it_is_masked_wherever_it_stands(text: str, secret: str) -> None:
    assert [shown for shown in map(masked, surrounded(text)) if secret in shown] == []


def test_the_rule_finds_nothing_that_a_mask_shows() -> None:
    """Only places are compared: what the rule finds is part of what masks hide."""
    texts = [text for form, _ in FORMS.values() for text in surrounded(form)]
    numbers = [len(list(secrets(text))) for text in texts]
    assert sum(map(bool, numbers)) > 100
    for text in texts:
        assert all(masked(text)[one.offset] == "*" for one in secrets(text))


PLANNED: Planned = plan(*load("tables: {t: {}}", "e.yaml"), "e.yaml")[0]


def _finding(text: str) -> Finding:
    return Finding(
        expected=text, actual=text, subject=text, fix=text, hint=text, place=text, changed=text,
        read_as=(text, text),
    )  # fmt: skip


def _failed(text: str) -> str:
    return str(failed(Place(Path("a.sql"), text, len(text), text), text, detail=text, hint=text))


OUTPUTS: dict[str, Callable[[str], str]] = {
    "the lines around an error": lambda text: frame(f"select 1;\n{text}\nselect 2;", 12)[1],
    "an error in a migration": _failed,
    "an error": lambda text: str(DatabaseUnavailable(text, because=text, remedy=text)),
    "a finding": lambda text: failure(Result(PLANNED, (_finding(text),)), "e.yaml"),
    "a finding in one line": lambda text: brief(Result(PLANNED, (_finding(text),))),
    "what nobody could tell": lambda text: failure(Result(PLANNED, undetermined=text)),
    "that in one line": lambda text: brief(Result(PLANNED, undetermined=text)),
    "known findings": lambda text: json.dumps(known_of("e.yaml::t", [_finding(text)])[0][3:]),
}


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_no_output_shows_any(output: Callable[[str], str]) -> None:
    assert [name for name, (text, secret) in FORMS.items() if secret in output(text)] == []


def _failing(connection: psycopg.Connection[Any], folder: Path, text: str) -> str:
    """Return what is told of a migration; one that does not fail tells nothing."""
    (folder / "001_a.sql").write_text(text)
    try:
        apply_all(connection, read(folder).migrations)
    except MigrationFailed as error:
        return f"{error}\n{error!r}"
    return ""


@pytest.fixture
def connected(database: Dsn) -> Iterator[psycopg.Connection[Any]]:
    with connect(database, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("after", ["", "\nselect nothing;"], ids=["itself", "the next line"])
def test_a_migration_that_fails_shows_none(
    connected: psycopg.Connection[Any], tmp_path: Path, after: str
) -> None:
    """What the server says of it is shown, too: its detail and context have values of rows."""
    connected.execute("create table users (id int, email text, pw text, api_key text)")
    shown = {}
    for name, (text, secret) in FORMS.items():
        # What works is rolled back; roles are of the whole server.
        told = _failing(connected, tmp_path, f"begin;\n{text}{after}\nrollback;")
        assert told or not after
        if secret in told:
            shown[name] = told
    assert shown == {}


LONG = "Zq9xROWw77 is longer than what the server shows of a value, " * 2
ROWS = {
    "a long value": f"insert into logins (secret, n) values ('{LONG}', -1);",
    "a long row of COPY": f"copy logins (n, secret) from stdin;\nx\t{LONG}\n\\.\n",
    "a value that is no number": "insert into logins (secret, n) values ('Zq9xROWw77', 'x');",
    "a row that breaks a check": "insert into logins (secret, n) values ('Zq9xROWw77', -1);",
    "a key that is there": "insert into logins (n, secret) values (1, 'Zq9xROWw77'),"
    " (2, 'Zq9xROWw77');",
    "a cast": "select set_config('a.secret', 'Zq9xROWw77', true)::int;",
    "a row of COPY": "copy logins (secret, n) from stdin;\nZq9xROWw77\tx\n\\.\n",
    "a row of COPY that is refused": "copy logins (secret, n) from stdin;\nZq9xROWw77\t-1\n\\.\n",
}


@pytest.mark.parametrize("text", ROWS.values(), ids=ROWS)
def test_what_the_server_says_of_a_row_shows_none(
    connected: psycopg.Connection[Any], tmp_path: Path, text: str
) -> None:
    made = "create table logins (secret text unique, n int check (n > 0));\n"
    told = _failing(connected, tmp_path, made + text)
    assert "SQLSTATE" in told
    assert "Zq9xROWw77" not in told


@pytest.mark.parametrize("head", ["copy users (id, api_key) from stdin;", "INSERT INTO users\n"
                                  "  (id, api_key) VALUES"])  # fmt: skip
def test_rows_far_below_the_names_of_their_columns_are_masked(head: str) -> None:
    row = "{}\tZq9xROWw77\n" if head.startswith("copy") else "({}, 'Zq9xROWw77'),\n"
    text = f"{head}\n" + "".join(row.format(number) for number in range(2_000))
    lines = frame(text, text.index(row.format(1_900)))[1]
    assert "1900" in lines
    assert "Zq9x" not in lines


HOSTILE = [
    "://a:", "password '", "password = ", "password $a$ ", "eyJ-", "sk-", "SG.", "crypt(", "'",
    "insert into t (token) values (", "copy t (token) from stdin;\n", "(token)=(", "token = a(",
    "password /*", "'token', ", "value = 'a' 'token' ", "password %s ", "a:5432:", "bearer 1",
    '\\"password\\": \\"', "-----BEGIN PRIVATE KEY-----", "pass", "host=a password=", "$", "unset",
]  # fmt: skip


def _seconds(text: str) -> float:
    found.cache_clear()
    start = process_time()
    masked(text)
    return process_time() - start


@pytest.mark.parametrize("unit", HOSTILE)
def test_masking_takes_time_in_proportion_to_the_text(unit: str) -> None:
    """Four times the text may take a little more than four times the time, and never minutes."""
    short, long = ((unit * length)[:length] for length in (12_500, 50_000))
    for _ in range(3):  # others use the machine as well
        seconds = _seconds(long)
        assert seconds < 5
        if seconds < max(0.1, 8 * _seconds(short)):
            return
    raise AssertionError(f"{seconds} seconds for {len(long)} characters")
