"""A catalog that nobody has judged, as a newer PostgreSQL has: what is new is never passed over."""

from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.versions import newer
from pytest_schemaverify.rehearsal.state import Change, differences, state, unknown_rows
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

NEW_KIND = """\
set allow_system_table_mods = on;
create table pg_catalog.pg_new_thing (oid oid, newname name, newtype oid, newbits int2vector);
create table pg_catalog.pg_new_part (newid oid, newdetails text);
insert into pg_catalog.pg_new_thing values (9000, 'of PostgreSQL itself', 23, '1');
insert into pg_catalog.pg_new_part values (9000, 'x');
"""
THING = "insert into pg_catalog.pg_new_thing values (20000, 'made', 23, '1');\n"
PART = "insert into pg_catalog.pg_new_part values (20000, 'x');\n"


def changed(server: Server, first: str, second: str) -> list[Change]:
    """Return the differences that the second script makes after the first."""
    name = "unknown_kinds"
    dsn = databases.create(server, name=name, platform="postgres", extensions={}).dsn
    try:
        with databases.connect(dsn, autocommit=True) as connection:
            connection.execute(first.encode())
            before = state(connection)
            connection.execute(second.encode())
            return list(differences(before, state(connection)))
    finally:
        databases.drop(server, name)


def test_a_database_without_such_objects_is_compared_as_usual(server: Server) -> None:
    assert changed(server, NEW_KIND, "select 1") == []


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (
            THING,
            [
                (
                    "rows of pg_new_thing",
                    "0 rows",
                    "1 row, of a kind that this version does not know",
                )
            ],
        ),
        ("select 1", []),
    ],
)
def test_an_object_of_a_new_kind_is_told(
    server: Server, second: str, expected: list[tuple[str, str, str]]
) -> None:
    found = changed(server, NEW_KIND, second)
    assert [
        (one.subject, one.before, one.after) for one in found if one.kind != "other rows"
    ] == expected


def test_nobody_can_tell_whether_one_is_as_it_was(server: Server) -> None:
    # Bits are read by no digest, and so only that there is such an object says that it may differ.
    unread = "update pg_catalog.pg_new_thing set newbits = '2' where oid = 20000"
    [one] = changed(server, NEW_KIND + THING, unread)
    assert (one.subject, one.before) == ("rows of pg_new_thing", "1 row")


def test_a_column_that_nobody_has_judged_is_compared(server: Server) -> None:
    first = """
        create table users (id int);
        create policy own on users using (true);
        create table notes (id int);
        set allow_system_table_mods = on;
        alter table pg_catalog.pg_policy add column polnew text, add column polnumber oid;
        alter table pg_catalog.pg_inherits add column inhnew text;
    """
    assert changed(server, first, "select 1") == []
    for second in ("polnew = 'x'", "polnumber = 20000"):
        update = f"update pg_catalog.pg_policy set {second}"
        [one] = changed(server, first, update)
        assert one.subject == "own, in the catalog pg_policy"


FILES = {
    "migrations/legacy.sql": NEW_KIND,
    "migrations/001_a.up.sql": "create table if not exists users (id int);\n",
    "migrations/001_a.down.sql": "drop table users;\n",
    "expectations.yaml": "migrations: {directory: migrations, before: legacy.sql, ",
}


def verified(
    server: Server, folder: Path, asked: str, *, dsn: str = "", **files: str
) -> tuple[dict[str, Result], list[str]]:
    """Return the results by the check's own name, and the lines above them."""
    for name, text in (FILES | files).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + asked if name == "expectations.yaml" else text)
    path = folder / "expectations.yaml"
    verification = Verification(path, "expectations.yaml", Config(dsn=databases.Dsn(dsn)))
    verification.database.prepare(lambda _: server)
    assert isinstance(verification.database.target, Target), verification.database.target
    try:
        results = {
            one.check.partition(".")[2]: verification.results.of(one)
            for one in verification.contract.planned
        }
        return results, list(header(verification))
    finally:
        verification.database.close()


AGAIN = "idempotent: true, reversible: true}"


def test_new_kinds_of_which_there_is_no_object_change_nothing(
    server: Server, tmp_path: Path
) -> None:
    results, _ = verified(server, tmp_path, AGAIN)
    assert [
        name for name, one in results.items() if one.findings or one.undetermined or one.skipped
    ] == []


def test_an_object_of_a_new_kind_fails_what_compares_whole_databases(
    server: Server, tmp_path: Path
) -> None:
    # Such an object is made once, and the way down drops it: one check cannot tell, and one can.
    up = f"do $$ begin if to_regclass('users') is null then {THING} end if; end $$;\n"
    files = {
        "migrations/001_a.up.sql": up + FILES["migrations/001_a.up.sql"],
        "migrations/001_a.down.sql": "drop table users; delete from pg_new_thing where oid > 9000;",
    }
    results, _ = verified(server, tmp_path, AGAIN, **files)
    assert results["reversible"].findings == ()
    [one] = results["idempotent"].findings
    assert (one.place, one.subject) == ("", "rows of pg_new_thing")
    assert one.expected == "1 row, as after the first time"
    assert one.actual == "1 row, of a kind that this version does not know"


def test_an_object_of_a_new_kind_that_only_the_live_database_has_is_told(
    server: Server, tmp_path: Path
) -> None:
    dsn = databases.create(server, name="live_thing", platform="postgres", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute((NEW_KIND + FILES["migrations/001_a.up.sql"]).encode())
        results, _ = verified(server, tmp_path, "deployed: true}", dsn=dsn)
        assert results["deployed"].findings == ()
        connection.execute(PART.encode())
        assert unknown_rows(connection) == {"pg_new_part": 1}
    results, _ = verified(server, tmp_path, "deployed: true}", dsn=dsn)
    [one] = results["deployed"].findings
    assert (one.subject, one.expected) == ("rows of pg_new_part", "0 rows, as the files make them")
    assert one.actual == "1 row there, of a kind that this version does not know"
    assert one.hint.startswith("nobody can tell: ")
    excepted = "deployed: {except: {rows of pg_new_part: it is known}}}"
    results, _ = verified(server, tmp_path, excepted, dsn=dsn)
    assert results["deployed"].findings == ()


def test_a_server_that_is_newer_than_all_that_were_judged_is_named() -> None:
    assert newer(180006) == newer(130000) == ()
    [note] = newer(190001)
    assert note.startswith(
        "PostgreSQL 19 is newer than what this version knows, which ends with 18:"
    )
