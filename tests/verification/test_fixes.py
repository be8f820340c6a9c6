"""A fix is offered only where it can be run and makes the expectation hold."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Server
from pytest_schemaverify.kinds.storage import _OF_TABLES
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification

SQL = """
create function add_up(int, int) returns int language sql immutable as 'select $1 + $2';
create aggregate total(int) (sfunc = add_up, stype = int, initcond = '0');
create function one() returns int language sql as 'select 1';
create function many() returns setof int language sql rows 7 as 'select 1';
create function pairs() returns table (a int) language sql as 'select 1';
create procedure act(int) language sql as 'select 1';
create function ranked() returns bigint language internal window as 'window_rank';
create table parent (id int primary key, label text not null);
create table child () inherits (parent);
create table notes (
    id int generated always as identity primary key, label text, size int default 3,
    twice int generated always as (size * 2) stored, extra text
);
insert into notes (label) values (null);
create view labels as select label from notes;
create index hashed on notes using hash (label);
create table parts (id int) partition by list (id);
create sequence counter minvalue 5 start 7;
create view grouped as select count(*) as n from notes;
"""

NONE = {
    # aggregates, procedures, functions that return one row
    "functions: {total(integer): {parallel: safe}}",
    "functions: {total(integer): {volatility: stable}}",
    "functions: {total(integer): {strict: true}}",
    "functions: {total(integer): {cost: 5}}",
    "functions: {total(integer): {settings: {work_mem: 8MB}}}",
    "functions: {total(integer): {search_path: ''}}",
    "functions: {act(integer): {strict: true}}",
    "functions: {act(integer): {cost: 5}}",
    "functions: {one(): {rows: 5}}",
    "functions: {many(): {rows: 0}}",
    "functions: {many(): {cost: 0}}",
    "functions: {one(): {settings: {work_mem: much}}}",
    "functions: {one(): {settings: {no_such_setting: 'on'}}}",
    "functions: {one(): {owner: nobody_at_all}}",
    # tables, columns, views
    "tables: {notes: {columns: {label: {nullable: false}}}}",
    "tables: {notes: {columns: {label: varchar}}}",
    "tables: {notes: {columns: {size: bigint}}}",
    "tables: {notes: {columns: {size: {compression: pglz}}}}",
    "tables: {notes: {columns: {size: {storage: external}}}}",
    "tables: {notes: {columns: {label: {statistics: 20000}}}}",
    "tables: {notes: {with: {fillfactor: 5}}}",
    "tables: {notes: {with: {filfactor: 70}}}",
    "tables: {notes: {owner: nobody_at_all}}",
    "tables: {notes: {replica_identity: index no_such_index}}",
    "tables: {notes: {indexes: {hashed: {clustered: true}}}}",
    "tables: {child: {columns: {label: {nullable: true}}}}",
    "tables: {parts: {with: {fillfactor: 70}}}",
    "views: {grouped: {check_option: local}}",
    "views: {grouped: {columns: {n: {type: integer}}}}",
    # sequences
    "sequences: {counter: {increment: 0}}",
    "sequences: {counter: {minimum: 8}}",
    "sequences: {counter: {maximum: 6}}",
    "sequences: {counter: {cache: 0}}",
    "sequences: {notes_id_seq: {owned_by: none}}",
}
SOME = {
    "functions: {one(): {parallel: safe}}",
    "functions: {one(): {leakproof: true}}",
    "functions: {one(): {strict: true, volatility: stable, cost: 5, security: definer}}",
    "functions: {one(): {settings: {work_mem: 8MB}, search_path: ''}}",
    "functions: {many(): {rows: 5}}",
    "functions: {pairs(): {rows: 5}}",
    "functions: {act(integer): {security: definer, settings: {work_mem: 8MB}}}",
    "functions: {ranked(): {parallel: safe, security: definer, search_path: ''}}",
    "functions: {total(integer): {comment: sums up}}",
    "tables: {notes: {columns: {extra: {default: \"'x'\"}}}}",
    "tables: {notes: {columns: {size: {statistics: 200}}}}",
    "tables: {notes: {with: {fillfactor: 70}, rls: true, comment: x}}",
    "tables: {parent: {columns: {label: {nullable: true}}}}",
    "sequences: {counter: {increment: 2, minimum: 1, cache: 3}}",
}
"""Wrong expectations, each of which has a fix."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("fixes")
    (made / "migrations").mkdir()
    (made / "migrations/001_all.sql").write_text(SQL)
    return made


def fixes(yaml: str, folder: Path, server: Server) -> list[str]:
    """Return the fixes of what fails, at least one thing; '' where there is none."""
    (folder / "expectations.yaml").write_text(f"migrations: {{directory: migrations}}\n{yaml}\n")
    verification = Verification(folder / "expectations.yaml", "expectations.yaml", Config())
    verification.database.prepare(lambda _: server)
    try:
        if isinstance(verification.database.target, Exception):
            raise verification.database.target
        found = [verification.results.of(one) for one in verification.contract.planned]
        return [finding.fix for one in found for finding in one.findings]
    finally:
        verification.database.close()


@pytest.mark.parametrize("yaml", sorted(NONE))
def test_no_fix_is_offered_that_the_server_refuses(yaml: str, folder: Path, server: Server) -> None:
    found = fixes(yaml, folder, server)
    assert found
    assert not any(found)


@pytest.mark.parametrize("yaml", sorted(SOME))
def test_a_fix_that_works_is_offered(yaml: str, folder: Path, server: Server) -> None:
    found = fixes(yaml, folder, server)
    assert found
    assert all(found)


def _beyond(known: tuple[float, float] | tuple[str, ...]) -> list[str]:
    """Return values that are just outside of what is known to be taken."""
    if isinstance(known[0], str):
        return ["perhaps"]
    least, most = (int(one) for one in known)
    return [str(least - 1), str(most + 1)]


def _state(connection: Connection[Any], statement: str) -> str:
    """Return the SQLSTATE of a statement, "" where the server takes it."""
    try:
        with connection.transaction():
            connection.execute(statement.encode())
    except psycopg.Error as error:
        return error.sqlstate or "no answer"
    return ""


@pytest.mark.parametrize(("name", "known"), _OF_TABLES.items())
def test_the_server_takes_what_is_known_of_storage_parameters(
    name: str, known: tuple[float, float] | tuple[str, ...], connection: Connection[Any]
) -> None:
    if known[0] == "auto" and connection.info.server_version < 140000:
        pytest.skip("it was true or false until PostgreSQL 14")
    connection.execute("create table stored (id int)")
    change = f"alter table stored set ({name} = '{{}}')"
    assert [_state(connection, change.format(one)) for one in known] == [""] * len(known)
    assert {_state(connection, change.format(one)) for one in _beyond(known)} == {"22023"}
