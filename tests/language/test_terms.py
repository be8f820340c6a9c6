"""Severity, `when`, `skip` and `xfail` stand beside expectations and hold for all below."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Server
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.verification.planning import Planned, Under
from pytest_schemaverify.verification.planning.expectations import plan
from tests.pages import Case, results
from tests.projects import EXPECTATIONS, WRONG, Project, text_of
from tests.projects import project as project


def planned(text: str) -> dict[str, Planned]:
    return {one.name: one for one in plan(*load(text, "e.yaml"), "e.yaml")}


def skipped(terms: str, connection: Connection[Any], server: Server) -> str:
    """Return why a table that is not there is not missed."""
    case = Case("", sql="select 1", yaml=f"tables: {{t: {{{terms}}}}}")
    [result] = results(case, connection, server)
    assert bool(result.skipped) != bool(result.findings)
    return result.skipped


def test_a_severity_holds_for_all_below_unless_that_says_otherwise() -> None:
    found = planned(
        "defaults: {severity: info}\n"
        "tables: {a: {severity: warn, columns: {x: {severity: error, type: text}, y: text}}, b: {}}"
    )
    assert {name: one.under.severity for name, one in found.items()} == {
        "tables.a::exists": "warn",
        "tables.a.columns.x::exists": "error",
        "tables.a.columns.x::type": "error",
        "tables.a.columns.y::exists": "warn",
        "tables.a.columns.y::type": "warn",
        "tables.b::exists": "info",
    }


def test_rules_have_terms_of_their_own() -> None:
    found = planned(
        "rules: {primary_key: {severity: warn, skip: later}, foreign_keys_indexed: true}\n"
        "unmanaged: {tables: warn, views: fail, types: {severity: info}}\n"
        "defaults: {severity: info}"
    )
    assert {name: one.under.severity for name, one in found.items()} == {
        "rules::primary_key": "warn",
        "rules::foreign_keys_indexed": "info",
        "unmanaged::tables": "warn",
        "unmanaged::views": "error",
        "unmanaged::types": "info",
    }
    assert found["rules::primary_key"].under.skip == "later"
    assert not found["rules::foreign_keys_indexed"].under.skip


def test_below_the_level_that_fails_there_are_warnings(project: Project) -> None:
    project.expect(WRONG.replace("email: varchar(80) not null", "email: {type: varchar(80), "
                                 "severity: warn}"))  # fmt: skip
    result = project.run("--junitxml=all.xml")
    result.assert_outcomes(passed=11)
    assert result.ret == 0
    text = text_of(result)
    assert (
        "\nWARNED expectations.yaml::tables.users.columns.email::type - expected varchar(80), "
        "actual text\n" in text
    )
    warning = "warn  expectations.yaml:6:15: tables.users.columns.email::type: expected varchar(80)"
    assert f'name="schema_warning" value="{warning}' in (project.path / "all.xml").read_text()
    assert (
        "  ! warn  expectations.yaml:6:15: tables.users.columns.email::type: expected varchar(80), "
        "actual text" in text
    )
    assert "(warned)" in text
    strict = project.run("--schema-fail-on=warn")
    strict.assert_outcomes(passed=10, failed=1)
    assert "WARNED expectations.yaml::" in text_of(project.run("-n", "2"))


def test_a_severity_that_there_is_not_is_refused(project: Project) -> None:
    assert "choose one of info, warn, error" in text_of(project.run("--schema-fail-on=fatal"))


def test_what_is_skipped_says_why(connection: Connection[Any], server: Server) -> None:
    assert skipped("skip: not deployed yet", connection, server) == "not deployed yet"
    assert skipped("skip: not deployed yet, columns: {}", connection, server)


WHEN = {
    "{server: '>= 99'}": "expected where the server is >= 99, and this is ",
    "{server: 99}": "expected where the server is 99, and this is ",
    "{server: '>= 13, < 99'}": "",
    "{env: NOT_SET}": "expected where NOT_SET is set in the environment",
    "{env: stage}": "",
    "{env: [STAGE, OFF]}": "expected where OFF is set in the environment",
    "{env: {STAGE: live}}": "",
    "{env: {STAGE: [test, live]}}": "",
    "{env: {STAGE: test}}": "expected where STAGE is test, and it is live",
    "{env: {NOT_SET: 1}}": "expected where NOT_SET is 1, and it is not set",
}


@pytest.mark.parametrize(("when", "reason"), WHEN.items(), ids=WHEN)
def test_what_is_expected_elsewhere_is_skipped(
    when: str, reason: str, connection: Connection[Any], server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("STAGE", "live")
    monkeypatch.setenv("OFF", "false")
    found = skipped(f"when: {when}", connection, server)
    assert found.startswith(reason)
    assert bool(found) == bool(reason)


def test_the_version_is_compared_as_far_as_it_is_written(
    connection: Connection[Any], server: Server
) -> None:
    major = connection.info.server_version // 10000
    assert not skipped(f"when: {{server: {major}}}", connection, server)
    assert skipped(f"when: {{server: '< {major}'}}", connection, server)
    assert skipped(f"when: {{server: '> {major}'}}", connection, server)
    assert skipped(f"when: {{server: '{major}.99'}}", connection, server)


def test_conditions_of_all_levels_have_to_be_met() -> None:
    found = planned("tables: {t: {when: {env: A}, columns: {x: {when: {env: B}, type: text}}}}")
    assert len(found["tables.t.columns.x::type"].under.when) == 2


def test_a_triggers_condition_is_no_circumstance() -> None:
    found = planned(
        "tables: {t: {triggers: {a: {when: new.id > 1}, b: {when: {env: CI}, timing: before}}}}"
    )
    assert found["tables.t.triggers.a::when"].expected == "new.id > 1"
    assert "tables.t.triggers.b::when" not in found
    assert len(found["tables.t.triggers.b::timing"].under.when) == 1


def test_what_is_expected_to_fail_fails_once_all_of_it_holds(project: Project) -> None:
    entry = "email: {type: %s, nullable: false, xfail: to be shortened in March}"
    project.expect(EXPECTATIONS.replace("email: text not null", entry % "varchar(80)"))
    wrong = project.run("-rx")
    wrong.assert_outcomes(passed=11, xfailed=1)
    assert "expected: to be shortened in March (expected varchar(80), actual text)" in (
        text_of(wrong).replace("\n", "")
    )
    assert "1 known" in text_of(wrong)
    project.run("--runxfail").assert_outcomes(passed=11, failed=1)
    project.expect(EXPECTATIONS.replace("email: text not null", entry % "text"))
    right = project.run()
    right.assert_outcomes(passed=11, failed=1)
    assert "all of it holds; remove `xfail`" in text_of(right)
    assert "tables.users.columns.email::exists" in text_of(right)


SECTIONS = """
tables:
  t: {primary_key: {columns: [id], severity: warn}}
vectors:
  columns:
    t.e:
      index: {method: hnsw, severity: info}
      data: {zero_norm: 0, severity: warn}
      recall: {k: 10, at_least: 0.9, severity: info}
migrations:
  directory: migrations
  versions: {unique: true, severity: warn}
  budget: {seconds: 3, severity: info}
  ledger: {table: applied, severity: warn}
access:
  severity: warn
  identities: {alice: authenticated}
  tables:
    t: {owner: user_id, alice: {select: own, severity: info}}
    u: {severity: error, owner: user_id, alice: nothing}
"""


def test_closed_sections_have_terms_as_well() -> None:
    found = planned(SECTIONS)
    severities = {name: one.under.severity for name, one in found.items()}
    assert {name: said for name, said in severities.items() if said != "error"} == {
        "tables.t.primary_key::columns": "warn",
        "vectors.columns.t.e.index::method": "info",
        "vectors.columns.t.e.data::zero_norm": "warn",
        "vectors.columns.t.e.recall::at_least": "info",
        "migrations.versions::unique": "warn",
        "migrations.budget::seconds": "info",
        "migrations.ledger::applied": "warn",
        "migrations.ledger::known": "warn",
        "migrations.ledger::unedited": "warn",
        "migrations.ledger::ordered": "warn",
        "access::default_privileges": "warn",
        "access.tables.t.alice::select": "info",
    }
    assert severities["access.tables.u.alice::select"] == "error"


@pytest.mark.parametrize(
    "text",
    [
        "access: {severity: warn}",
        "access: {identities: {a: anon}, tables: {t: {a: {skip: not yet}}}}",
        "migrations: {directory: m, budget: {severity: warn}}",
        "migrations: {directory: m, versions: {severity: warn}}",
        "tables: {t: {primary_key: {severity: warn}}}",
        "vectors: {columns: {t.e: {data: {severity: warn}}}}",
        "vectors: {columns: {t.e: {index: {severity: warn}}}}",
    ],
)
def test_terms_alone_expect_nothing(text: str) -> None:
    with pytest.raises(SpecError, match="nothing is expected"):
        planned(text)


def test_that_the_migrations_apply_is_under_no_terms() -> None:
    text = (
        "defaults: {severity: info}\n"
        "migrations: {directory: m, severity: warn, skip: later, when: {env: NO}, idempotent: true}"
    )
    found = {one.name: one for one in plan(*load(text, "e.yaml"), "e.yaml", rollback=True)}
    assert found["migrations::applies"].under == Under()
    for name in ("migrations::ignored", "migrations::idempotent", "migrations::reversible"):
        assert (found[name].under.severity, found[name].under.skip) == ("warn", "later"), name


def test_a_build_that_fails_is_no_warning(project: Project) -> None:
    project.write("migrations/009_broken.sql", "select 1/0;")
    project.expect(EXPECTATIONS.replace("{directory: migrations}", "{severity: info, skip: later}"))
    result = project.run()
    assert result.ret == 1
    assert "migrations::applies - expected every migration applies" in text_of(result)
