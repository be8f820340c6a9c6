"""Functions that never end, or take too much: nobody waits for them, and no rule passes for it."""

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psycopg
import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.failure import failure
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification
from tests.projects import Project, text_of
from tests.projects import project as project  # a fixture

SHORT = "400ms"
NUMBERS = count(1)
ROWS = """
create table {0}.notes (
  id int primary key, user_id uuid not null references auth.users (id), body text not null,
  at date not null
);
alter table {0}.notes enable row level security;
create policy own on {0}.notes to authenticated using (user_id = (select auth.uid()));
grant select on {0}.notes to authenticated;
"""
DEFINER = "language {} security definer set search_path = ''"
SQL, PLPGSQL = DEFINER.format("sql"), DEFINER.format("plpgsql")
BY_DAY = f"""
create function {{0}}.by_day(p_from date, p_to date) returns setof text {SQL} as $$
select n.body from pg_catalog.generate_series(p_from, p_to, interval '1 day') as d
join {{0}}.notes as n on n.at = d{{1}}$$;
"""
MARKER = f"""
create function {{0}}.marking(a text) returns void {PLPGSQL} as $$ begin
execute pg_catalog.format('copy (select from {{0}}.notes) to %L',
  pg_catalog.current_setting('data_directory') || '/marker_of_{{0}}');
end $$;
"""
"""What it does is nothing that a transaction could take back."""
SCHEMAS = {
    "endless": f"create function {{0}}.f(a text) returns int {PLPGSQL} as "
    "'begin loop end loop; end'",
    "sleeping": f"create function {{0}}.f() returns int {PLPGSQL} set statement_timeout = 0 as "
    "'begin perform pg_catalog.pg_sleep(1000); return 1; end'",
    "strict": f"create function {{0}}.f(a bytea) returns int {PLPGSQL} strict as "
    "'begin loop end loop; end'",
    "recursive": f"create function {{0}}.f(n text) returns int {PLPGSQL} as "
    "'begin return {0}.f(n); end'",
    "deaf": ROWS + f"create function {{0}}.f(a text) returns int {PLPGSQL} as 'begin loop begin "
    "perform pg_catalog.pg_sleep(1000); perform 1 from notes; "
    "exception when query_canceled then null; end; end loop; end'",
    "for_bob": f"""create function {{0}}.f() returns int {PLPGSQL} as $$ begin
if auth.uid()::text like '2222%' then perform pg_catalog.pg_sleep(1000); end if;
return 1; end $$""",
    "often": f"create function {{0}}.f(a boolean, b boolean) returns int {PLPGSQL} as "
    "'begin if auth.uid() is null and not a then perform pg_catalog.pg_sleep(1000); end if; "
    "return 1; end'",
    "once": f"create function {{0}}.f(a boolean) returns int {PLPGSQL} as "
    "'begin if a then perform pg_catalog.pg_sleep(1000); end if; return 1; end'",
    "brief": f"create function {{0}}.f() returns int {PLPGSQL} as "
    "'begin perform pg_catalog.pg_sleep(0.1); return 1; end'",
    "by_own_day": ROWS + BY_DAY.replace("{1}", " where n.user_id = auth.uid() "),
    "by_day": ROWS + BY_DAY.replace("{1}", " "),
    "mixed": ROWS
    + f"""
create function {{0}}.leaky() returns setof text {SQL} as 'select body from {{0}}.notes';
create function {{0}}.endless() returns int {PLPGSQL} as 'begin loop end loop; end';
create function {{0}}.fine() returns setof {{0}}.notes {SQL} as
'select * from {{0}}.notes where user_id = auth.uid()';
""",
    "called": ROWS + MARKER,
    "exempted": ROWS + MARKER,
    "ended": ROWS + MARKER,
    "slow_row": ROWS
    + f"""
create function {{0}}.t() returns trigger language plpgsql as
'begin perform pg_sleep(1000); return new; end';
create trigger t before insert on {{0}}.notes for each row execute function {{0}}.t();
create function {{0}}.f() returns setof text {SQL} as 'select body from {{0}}.notes';
""",
    "many": "".join(
        f"create function {{0}}.f{n}() returns int {SQL} as 'select {n}';" for n in range(5)
    ),
}
RULES = ("no_leaking_definers", "no_injectable_definers", "no_shadowed_definers")

Verify = Callable[..., Result]


@pytest.fixture(scope="module")
def target(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Target:
    """A database like Supabase's with all of these functions, each in a schema of its own."""
    folder = tmp_path_factory.mktemp("bounds")
    (folder / "migrations").mkdir()
    sql = "".join(
        f"create schema {name}; grant usage on schema {name} to anon, authenticated;"
        f"{text.replace('{0}', name)};\n"
        for name, text in SCHEMAS.items()
    )
    (folder / "migrations/001_all.sql").write_text(sql)
    verification = _verification(folder, "rules: {no_leaking_definers: true}")
    verification.database.prepare(lambda _: server)
    if not isinstance(verification.database.target, Target) or verification.database.target.failure:
        raise AssertionError(verification.database.target)
    return verification.database.target


@pytest.fixture
def verify(target: Target, tmp_path: Path) -> Verify:
    (tmp_path / "migrations").mkdir()

    def verify(schema: str, rule: str = RULES[0], more: str = "", **bounds: int) -> Result:
        text = f"rules: {{{rule}: {{schemas: [{schema}]{more}}}}}"
        verification = _verification(tmp_path, text)
        verification.database.target = target
        facts = verification.results.facts
        facts.bounds = facts.bounds._replace(**bounds)
        [planned] = [one for one in verification.contract.planned if one.check.startswith("rules.")]
        try:
            return verification.results.of(planned)
        finally:
            verification.database.close()

    return verify


def _verification(folder: Path, rules: str) -> Verification:
    path = folder / "expectations.yaml"
    path.write_text(
        f"database: {{platform: supabase}}\nmigrations: {{directory: migrations}}\n{rules}\n"
    )
    return Verification(path, "expectations.yaml", Config(statement_timeout=SHORT))


@pytest.mark.parametrize("schema", ["endless", "sleeping", "strict"])
def test_what_never_ends_is_given_up_and_nobody_can_tell(schema: str, verify: Verify) -> None:
    started = time.monotonic()
    result = verify(schema)
    assert time.monotonic() - started < 30
    assert not result.findings
    assert f"{schema}.f(" in result.undetermined
    assert "not tried: it ran longer than 400 ms, as alice and bob and visitor" in (
        result.undetermined
    )
    assert "under `except`" in result.undetermined


def test_smuggling_is_not_tried_for_ever_either(verify: Verify) -> None:
    result = verify("endless", "no_injectable_definers")
    assert "endless.f(text): not tried: it ran longer than 400 ms" in result.undetermined


def test_whom_a_function_did_not_answer_is_told(verify: Verify) -> None:
    assert "it ran longer than 400 ms, as bob\n" in verify("for_bob").undetermined


def test_what_was_given_up_halfway_is_no_pass(verify: Verify) -> None:
    told = "it ran longer than 400 ms, with some arguments, and others were not tried"
    assert f"often.f(boolean, boolean): not tried: {told}" in verify("often").undetermined
    assert verify("once").passed


def test_a_function_that_calls_itself_ends_at_the_servers_bound(verify: Verify) -> None:
    [finding] = verify("recursive").findings
    assert finding.actual.startswith("not tried: stack depth limit exceeded")


def test_days_without_an_end_are_too_many_and_those_of_two_centuries_are_not(
    verify: Verify,
) -> None:
    assert verify("by_own_day").passed
    assert {one.subject for one in verify("by_day").findings} == {"by_day.by_day(date, date)"}


def test_others_are_tried_all_the_same(verify: Verify) -> None:
    result = verify("mixed")
    assert {one.subject for one in result.findings} == {"mixed.leaky()"}
    assert "mixed.endless(): not tried" in result.undetermined
    assert "mixed.fine" not in failure(result)


@pytest.mark.parametrize("rule", RULES)
def test_what_does_not_heed_its_time_ends_with_the_connection(rule: str, verify: Verify) -> None:
    result = verify("deaf", rule)
    assert "and went on when it was canceled" in result.undetermined
    assert verify("for_bob", "no_injectable_definers").passed


@pytest.mark.parametrize("rule", RULES)
def test_what_is_exempted_is_not_called(rule: str, verify: Verify, server: Server) -> None:
    verify("called", rule)
    assert marker(server, "called")  # or this test could not fail
    assert verify("exempted", rule, ", except: {exempted.marking(text): writes a file}").passed
    assert verify("exempted", rule, ", except: {exempted.mark*: writes a file}").passed
    assert not marker(server, "exempted")


def test_when_an_exception_fails_its_function_is_not_called(verify: Verify, server: Server) -> None:
    ended = ", except: {ended.marking: {reason: writes, until: 2020-01-01}}"
    [finding] = verify("ended", more=ended).findings
    assert (finding.actual, finding.hint) == (
        "not called, because of it",
        "the exemption ended on 2020-01-01: writes",
    )
    reviewed = ", except: {ended.marking: {reason: writes, body: 'sha256:1'}}"
    [finding] = verify("ended", more=reviewed).findings
    assert finding.expected == "the body that was reviewed, sha256:1"
    [finding] = verify("many", more=", except: {ended.marking: writes}").findings
    assert finding.actual == "none does; remove it from `except`"
    assert not marker(server, "ended")


def test_rows_that_take_too_long_are_given_up(verify: Verify) -> None:
    [finding] = verify("slow_row").findings
    assert finding.actual.startswith("not tried: none could be made: it ran longer than 400 ms")


def test_all_calls_of_a_rule_together_are_bounded(verify: Verify) -> None:
    assert verify("many").passed
    undetermined = verify("many", calls=7).undetermined
    assert "many.f4(): not tried: 7 others were tried before it" in undetermined
    assert "many.f0()" not in undetermined


def test_a_time_out_of_the_role_is_the_stricter_one(
    verify: Verify, target: Target, server: Server
) -> None:
    role = f"alter role authenticated in database {target.template} "
    try:
        execute(server, f"{role} set statement_timeout = '40ms'")
        assert "it ran longer than 40 ms, as alice and bob" in verify("brief").undetermined
        execute(server, f"{role} set statement_timeout = '1h'")
        assert verify("brief").passed
        assert "it ran longer than 400 ms, as bob\n" in verify("for_bob").undetermined
    finally:
        execute(server, f"{role} reset statement_timeout")


def test_a_run_of_pytest_tells_it(project: Project) -> None:
    sql = SCHEMAS["sleeping"].replace("{0}", "public")
    project.write("migrations/002_sleeping.sql", sql)
    project.expect(
        "{database: {platform: supabase}, migrations: {directory: migrations},"
        " rules: {no_leaking_definers: true}}"
    )
    result = project.run("--schema-statement-timeout=200ms")
    assert result.ret == 6
    assert "public.f(): not tried: it ran longer than 200 ms" in text_of(result)


@pytest.mark.parametrize("given", ["soon", "0", "-5s", "5 weeks"])
def test_a_time_that_is_none_is_told(given: str, project: Project) -> None:
    result = project.run(f"--schema-statement-timeout={given}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "500ms, 10s, 2min" in text_of(result)


def marker(server: Server, schema: str) -> bool:
    """Return whether a function has left its file behind."""
    query = "select from pg_catalog.pg_ls_dir('.') as f where f = %s"
    with databases.connect(server.dsn) as connection:
        return connection.execute(query, [f"marker_of_{schema}"]).fetchone() is not None


def execute(server: Server, statement: str) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(statement.encode())
