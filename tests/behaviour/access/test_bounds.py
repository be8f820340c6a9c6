"""Policies, triggers and doors that never end: their items cannot tell, and others can."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

TABLES = ("notes", "slow", "apart.deaf", "loosening", "triggered")
POLICIES = {"slow": " and is_slow()", "apart.deaf": " and apart.is_deaf()"}
FUNCTIONS = """
create schema apart;
grant usage on schema apart to authenticated;
create function is_slow() returns boolean language plpgsql as
'begin perform pg_sleep(1000); return true; end';
create function apart.is_deaf() returns boolean language plpgsql as 'begin loop begin
perform pg_sleep(1000); exception when query_canceled then null; end; end loop; end';
create function loosen() returns trigger language plpgsql as
$$ begin perform set_config('statement_timeout', '0', false); return new; end $$;
create function wait() returns trigger language plpgsql as
'begin perform pg_sleep(1000); return new; end';
create function hang() returns int language plpgsql as
'begin perform pg_sleep(1000); return 1; end';
create function sometimes(n int) returns int language plpgsql as
'begin if n = 100 then perform pg_sleep(1000); end if; return n; end';
create function often(n text) returns int language plpgsql as
'begin if n is not null then perform pg_sleep(1000); end if; return 1; end';
create view endless as with recursive r as (select 1 as n union all select n + 1 from r)
select n from r;
grant select on endless to authenticated;
"""
MARKING = """
create function mark_{0}() returns void language plpgsql security definer as $$ begin
execute format('copy (select) to %L', current_setting('data_directory') || '/touched_{0}'); end $$;
"""
TABLE = """
create table {0} (id int primary key, user_id uuid not null, body text not null);
alter table {0} enable row level security;
create policy own on {0} to authenticated using (user_id = auth.uid(){1});
revoke all on {0} from anon, authenticated;
grant select, insert, update, delete on {0} to authenticated;
"""
TRIGGERS = """
create trigger t before insert on loosening for each row execute function loosen();
create trigger t before insert on triggered for each row execute function wait();
"""
BASE = """
database: {platform: supabase}
migrations: {directory: migrations}
access:
  identities:
    alice: {role: authenticated, claims: {sub: 11111111-1111-1111-1111-111111111111}}
    bob: {role: authenticated, claims: {sub: 22222222-2222-2222-2222-222222222222}}
"""


@pytest.fixture(scope="module")
def target(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Target:
    folder = tmp_path_factory.mktemp("bounds")
    parts = [FUNCTIONS, *(MARKING.format(name) for name in ("called", "exempted"))]
    parts += [TABLE.format(name, POLICIES.get(name, "")) for name in TABLES]
    (folder / "migrations").mkdir()
    (folder / "migrations/001_all.sql").write_text("".join([*parts, TRIGGERS]))
    verification = verification_of(folder, "  matrix: true")
    verification.database.prepare(lambda _: server)
    if not isinstance(verification.database.target, Target) or verification.database.target.failure:
        raise AssertionError(verification.database.target)
    return verification.database.target


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    """What is tried here would take minutes without bounds."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 60


def verification_of(folder: Path, access: str) -> Verification:
    (folder / "expectations.yaml").write_text(f"{BASE}{access}")
    config = Config(statement_timeout="300ms")
    return Verification(folder / "expectations.yaml", "expectations.yaml", config)


def verified(access: str, target: Target, folder: Path) -> dict[str, Result]:
    """Return the results of the items for access by their names."""
    (folder / "migrations").mkdir(exist_ok=True)
    verification = verification_of(folder, access)
    verification.database.target = target
    wanted = [one for one in verification.contract.planned if one.check.startswith("access")]
    try:
        return {one.name: verification.results.of(one) for one in wanted}
    finally:
        verification.database.close()


def test_a_policy_that_never_ends_is_not_tried_for_ever(target: Target, tmp_path: Path) -> None:
    found = verified(
        "  tables: {slow: {owner: user_id, alice: own}, notes: {owner: user_id, bob: own}}",
        target,
        tmp_path,
    )
    assert not [one for one in found.values() if one.findings]
    first, *_, last = [one for name, one in found.items() if "slow" in name]
    assert "not tried: it ran longer than 300 ms, in SQL" in first.undetermined
    assert "2 attempts at it met bounds before" in last.undetermined
    assert all(one.passed for name, one in found.items() if "notes" in name)


def test_one_that_does_not_heed_its_time_costs_its_items_alone(
    target: Target, tmp_path: Path
) -> None:
    found = verified(
        "  tables: {apart.deaf: {owner: user_id, alice: {select: own}},"
        " notes: {owner: user_id, alice: own}}",
        target,
        tmp_path,
    )
    assert (
        "went on when it was canceled"
        in found["access.tables.apart.deaf.alice::select"].undetermined
    )
    assert all(one.passed for name, one in found.items() if "notes" in name)


def test_a_row_whose_trigger_waits_is_not_made(target: Target, tmp_path: Path) -> None:
    found = verified(
        "  tables: {loosening: {owner: user_id, alice: {select: own}},"
        " triggered: {owner: user_id, alice: {select: own}}}",
        target,
        tmp_path,
    )
    assert found["access.tables.loosening.alice::select"].passed
    undetermined = found["access.tables.triggered.alice::select"].undetermined
    assert "making a row for public.triggered" in undetermined
    assert "it ran longer than 300 ms, in SQL statement" in undetermined


def test_doors_that_never_open_are_told(target: Target, tmp_path: Path) -> None:
    (tmp_path / "given.sql").write_text("set statement_timeout = 0; select pg_sleep(0.4);")
    found = verified(
        "  given: given.sql\n"
        "  views: {endless: {alice: {select: nothing}}}\n"
        "  functions: {hang: {sql: select hang(), alice: nothing}}",
        target,
        tmp_path,
    )
    assert len(found) == 2
    for one in found.values():
        assert "not tried: it ran longer than 300 ms" in one.undetermined


@pytest.mark.parametrize(
    ("exempted", "touched"),
    [("", {"called", "exempted"}), (", mark_exempted(): why not", {"called"})],
)
def test_tenants_are_tried_with_what_ends_and_is_not_exempted(
    exempted: str, touched: set[str], target: Target, tmp_path: Path, server: Server
) -> None:
    forget(server)
    found = verified(
        f"  isolate: {{by: user_id, schemas: [public], except: {{hang(): it hangs{exempted}}}}}",
        target,
        tmp_path,
    )["access::isolate"]
    assert [one.subject for one in found.findings] == ["public.triggered"]
    told = [line.partition("public.")[2] for line in found.undetermined.splitlines()]
    assert [line for line in told if line] == [
        "slow: not tried: select: it ran longer than 300 ms",
        "endless: not tried: it ran longer than 300 ms",
        "is_slow(): not tried: it ran longer than 300 ms",
        "often(text): not tried: it ran longer than 300 ms",
    ]
    assert marks(server) == touched


def test_neither_is_a_table_tried_that_is_exempted(target: Target, tmp_path: Path) -> None:
    exempted = "{apart.deaf: it goes on, apart.is_deaf(): it goes on}"
    found = verified(
        f"  isolate: {{by: user_id, schemas: [apart], except: {exempted}}}", target, tmp_path
    )
    assert found["access::isolate"].passed


def test_a_cell_of_the_matrix_can_be_one_that_nobody_can_tell(
    target: Target, tmp_path: Path
) -> None:
    found = verified(
        "  tables: {slow: {owner: user_id, alice: {select: own}}}\n  matrix: true", target, tmp_path
    )["access::matrix"]
    assert {one.subject.partition(",")[0] for one in found.findings} == {"public.triggered"}
    told = found.undetermined.splitlines()
    assert "public.slow, authenticated, select: not tried: it ran longer" in told[1]
    assert "delete: not tried: 2 attempts at it met bounds before" in told[4]


def marks(server: Server) -> set[str]:
    """Return which functions have left a file behind."""
    with databases.connect(server.dsn) as connection:
        rows = connection.execute("select pg_ls_dir('.')").fetchall()
    names = [name for (name,) in rows if name.startswith("touched_")]
    return {name.removeprefix("touched_") for name in names}


def forget(server: Server) -> None:
    """Take the files away."""
    with databases.connect(server.dsn) as connection:
        (folder,) = connection.execute("show data_directory").fetchone() or ("",)
    for path in Path(folder).glob("touched_*"):
        path.unlink()
