"""What loosens a file of expectations is told in words, and what only tightens it is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.updating.loosening import risk
from pytest_schemaverify.kinds.contract import read
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.planning.expectations import plan

NEUTRAL = ""
OPTION = " with grant option"
UNDECIDED = "nobody can tell"


def differs(about: str, expected: Any, actual: Any) -> Difference:
    family, _, key = about.partition(".")
    return Difference(
        what="differs", family=family, subject="public.notes", path=("tables", "notes", key),
        expected=_shown(expected), actual=_shown(actual),
        value=actual if isinstance(actual, list) else None,
    )  # fmt: skip


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


CHANGES: list[tuple[str, Any, Any, str]] = [
    ("rls.enabled", True, False, "RLS is switched off: whoever has a privilege on public.notes"),
    ("rls.enabled", False, True, NEUTRAL),
    ("rls.forced", True, False, "RLS no longer binds the owner of public.notes"),
    ("rls.forced", False, True, NEUTRAL),
    ("policies.using", "false", "true", "nobody can tell which rows become visible"),
    ("policies.using", "true", "false", "nobody can tell which rows become visible"),
    ("policies.with_check", "id = 1", "true", "nobody can tell which rows may be written"),
    ("policies.permissive", False, True, "lets rows through instead of keeping them back"),
    ("policies.permissive", True, False, NEUTRAL),
    ("policies.command", "select", "all", "is for other commands: select → all"),
    ("policies.roles", ["a", "b"], ["a"], "is for other roles"),
    ("policies.exact", "none", "open", "policies that the file does not know: open"),
    ("privileges.exactly", ["select"], ["select", "insert"], "public.notes may also insert"),
    ("privileges.exactly", ["select"], [f"select{OPTION}"], f"may also select{OPTION}"),
    ("privileges.exactly", ["select", "insert"], ["select"], NEUTRAL),
    ("privileges.exactly", ["select"], [], NEUTRAL),
    ("privileges.exactly", ["all"], ["select", "insert"], NEUTRAL),
    ("privileges.exactly", ["all"], [f"select{OPTION}"], f"may also select{OPTION}"),
    ("privileges.exactly", ["select"], ["all"], "may also all"),
    ("privileges.exactly", ["select"], "", "may also others"),
    ("privileges.at_least", ["select"], [], "need not have its privileges"),
    ("privileges.without", ["insert"], "insert", "may do what it must not: insert"),
    ("grants.clients", "no privileges", "anon: select", "clients get privileges"),
    ("grants.exact", "no others", "ci: select", "grants that the file does not know: ci"),
    ("functions.execute", ["app"], ["app", "anon"], "anon may also execute public.notes"),
    ("functions.execute", ["app", "anon"], ["app"], NEUTRAL),
    ("functions.security", "invoker", "definer", "runs with the rights of its owner"),
    ("functions.security", "definer", "invoker", NEUTRAL),
    ("functions.security", "definer", "security invoker", NEUTRAL),
    ("functions.search_path", '""', "absent", "may put other objects in front"),
    ("functions.search_path", '""', "", "may put other objects in front"),
    ("functions.search_path", "public", '""', NEUTRAL),
    ("functions.leakproof", False, True, UNDECIDED),
    ("functions.leakproof", True, False, NEUTRAL),
    ("functions.body", "md5:1", "md5:2", "nobody can tell what public.notes does now"),
    ("functions.cost", 1, 100, NEUTRAL),
    ("functions.volatility", "immutable", "volatile", UNDECIDED),
    ("functions.definers", "none", "f()", "functions with the rights of their owners: f()"),
    ("tables.owner", "app", "postgres", "RLS does not bind an owner: app → postgres"),
    ("tables.replica_identity", "full", "nothing", "what is replicated of public.notes changes"),
    ("tables.persistence", "unlogged", "permanent", NEUTRAL),
    ("tables.persistence", "permanent", "unlogged", UNDECIDED),
    ("tables.comment", "a", "b", NEUTRAL),
    ("columns.nullable", False, True, "public.notes may be null"),
    ("columns.nullable", True, False, NEUTRAL),
    ("columns.type", "varchar(80)", "text", "takes other values: varchar(80) → text"),
    ("columns.type", "text", "varchar(80)", NEUTRAL),
    ("columns.type", "varchar(80)", "character varying(40)", NEUTRAL),
    ("columns.type", "varchar(40)", "character varying(80)", "takes other values"),
    ("columns.type", "int", "bigint", "takes other values: int → bigint"),
    ("columns.type", "bigint", "integer", NEUTRAL),
    ("columns.type", "double precision", "real", NEUTRAL),
    ("columns.type", "bigint", "text", "takes other values"),
    ("columns.type", "timestamptz", "timestamp", "takes other values"),
    ("columns.default", "now()", "absent", NEUTRAL),
    ("columns.generated", "a + 1", "absent", "may hold what nothing computes"),
    ("columns.identity", "always", "by default", "takes values that a statement names"),
    ("columns.identity", "by default", "always", NEUTRAL),
    ("columns.position", 1, 2, NEUTRAL),
    ("columns.absent", "absent", "there", "may be there, although the file forbids it"),
    ("types.enum", ["a", "b"], ["a", "b", "c"], "takes more values: c"),
    ("types.enum", ["a", "b"], ["a"], NEUTRAL),
    ("checks.expression", "a > 0", "a >= 0", UNDECIDED),
    ("checks.validated", True, False, "rows that were there may break public.notes"),
    ("checks.validated", False, True, NEUTRAL),
    ("foreign_keys.enforced", True, False, "nothing enforces public.notes any more"),
    ("foreign_keys.on_delete", "cascade", "restrict", UNDECIDED),
    ("foreign_keys.deferrable", False, True, UNDECIDED),
    ("foreign_keys.deferrable", True, False, NEUTRAL),
    ("exclusions.elements", "a with =", "b with =", UNDECIDED),
    ("indexes.unique", True, False, "takes values more than once"),
    ("indexes.unique", False, True, NEUTRAL),
    ("indexes.valid", True, False, "is invalid"),
    ("indexes.where", "a", "b", UNDECIDED),
    ("triggers.enabled", True, False, "does not fire as before: true → false"),
    ("triggers.enabled", False, True, NEUTRAL),
    ("views.security_invoker", True, False, "reads with the rights of its owner, past RLS"),
    ("views.security_invoker", False, True, NEUTRAL),
    ("views.security_barrier", True, False, "functions in a query may see rows"),
    ("views.check_option", "local", "cascaded", NEUTRAL),
    ("views.check_option", "cascaded", "absent", UNDECIDED),
    ("views.definition", "select 1", "select 2", "nobody can tell which rows"),
    ("roles.bypassrls", False, True, UNDECIDED),
    ("roles.bypassrls", True, False, NEUTRAL),
    ("roles.superuser", True, False, NEUTRAL),
    ("roles.login", False, True, UNDECIDED),
    ("roles.connection_limit", -1, 5, NEUTRAL),
    ("roles.connection_limit", 5, -1, UNDECIDED),
    ("memberships.admin", False, True, UNDECIDED),
    ("default_privileges.tables", ["select"], ["all"], UNDECIDED),
    ("publications.all_tables", False, True, "publishes every table"),
    ("publications.commands", ["insert", "update"], ["insert"], NEUTRAL),
    ("rules.rls_forced", "forced", "not", "the rule rls forced no longer holds for public.notes"),
    ("unmanaged.tables", "named", "there", "may be there without a word in the file"),
    ("what_comes_later.x", "a", "b", UNDECIDED),
]


@pytest.mark.parametrize(("about", "expected", "actual", "told"), CHANGES)
def test_what_differs(about: str, expected: Any, actual: Any, told: str) -> None:
    found = risk(differs(about, expected, actual))
    assert (told in found) if told else (found == ""), found


NEW: list[tuple[str, Any, str]] = [
    ("tables.notes", {"rls": True, "columns": {"id": "int"}}, NEUTRAL),
    ("tables.notes", {"rls": {"forced": True}}, NEUTRAL),
    ("tables.notes", {"rls": False}, "public.notes has no RLS"),
    ("tables.notes", {"rls": {"enabled": False, "forced": True}}, "public.notes has no RLS"),
    ("tables.notes", {"columns": {"id": "int"}}, "public.notes has no RLS"),
    ("tables.notes", None, "public.notes has no RLS"),
    ("tables.notes", {"rls": True, "grants": {"anon": ["select"]}},
     "anon gets select on public.notes"),
    ("tables.notes", {"rls": True, "columns": {"a": {"grants": {"anon": "all"}}}},
     "anon gets all on public.notes.a"),
    ("tables.notes", {"rls": {"policies": {"p": {"using": "true"}}}},
     "the policy p lets more rows of its table be read or written"),
    ("tables.notes", {"rls": {"policies": {"p": {"permissive": False}}}}, NEUTRAL),
    ("tables.notes", {"rls": True, "triggers": {"t": {"enabled": False}}},
     "public.notes.t is switched off"),
    ("tables.notes", {"rls": True, "checks": {"c": {"validated": False}}}, "rows that were there"),
    ("tables.notes", {"rls": True, "rewrite_rules": {"r": {}}}, UNDECIDED),
    ("tables.notes.rls", False, "public.notes has no RLS"),
    ("tables.notes.grants.anon", ["select", "insert"], "anon gets select, insert on public.notes"),
    ("tables.notes.columns.title", "text not null", NEUTRAL),
    ("tables.notes.columns.title.comment", "a title", NEUTRAL),
    ("tables.notes.indexes.i", "(title)", NEUTRAL),
    ("tables.notes.owner", "postgres", "another role owns public.notes"),
    ("tables.notes.persistence", "unlogged", UNDECIDED),
    ("tables.notes.replica_identity", "nothing", "what is replicated of public.notes changes"),
    ("tables.notes.primary_key", ["id"], NEUTRAL),
    ("tables.notes.rls", True, NEUTRAL),
    ("tables.notes.rls.forced", True, NEUTRAL),
    ("tables.notes.partitions.p", {"columns": {}}, "public.notes has no RLS"),
    ("tables.notes.partitions.p", {"rls": True}, NEUTRAL),
    ("functions.f.security", "definer", "runs with the rights of its owner"),
    ("functions.f.volatility", "immutable", UNDECIDED),
    ("functions.f.returns", "int", NEUTRAL),
    ("functions.f.settings.role", "admin", "nobody can tell what public.notes allows with the"),
    ("roles.r.inherit", False, NEUTRAL),
    ("sequences.s.cycle", True, UNDECIDED),
    ("tables.notes.indexes.i", {"valid": False}, "is invalid"),
    ("tables.notes.rls.policies.p", {"using": "true"}, "the policy p lets"),
    ("views.v", "select 1", "reads with the rights of its owner, past RLS"),
    ("views.v", {"security_invoker": True}, NEUTRAL),
    ("functions.f", {"security": "definer"}, "runs with the rights of its owner"),
    ("functions.f", {"returns": "int"}, NEUTRAL),
    ("functions.f", {"grants": {"anon": ["execute"]}}, "anon gets execute on public.notes"),
    ("functions.f.execute", ["anon"], "anon may execute public.notes"),
    ("roles.r", {"bypassrls": True, "login": True}, "may see every row past RLS; public.notes may"),
    ("roles.r", {"inherit": True}, NEUTRAL),
    ("roles.r", {"member_of": {"admin": {}}}, "gets the privileges of admin"),
    ("default_privileges.postgres", {}, "get privileges by themselves"),
    ("extensions.dblink", {}, UNDECIDED),
    ("publications.p", {}, "rows leave the database"),
    ("types.color", {"enum": ["red"]}, NEUTRAL),
    ("sequences.s", {}, NEUTRAL),
    ("what_comes_later.x", {}, UNDECIDED),
    ("rules.allow.x", "why", "the rule no longer holds"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "told"), NEW)
def test_what_is_new(path: str, value: Any, told: str) -> None:
    keys = tuple(path.split("."))
    found = risk(
        Difference(what="new", family=keys[0], subject="public.notes", path=keys, value=value)
    )
    assert (told in found) if told else (found == ""), found


def test_whatever_is_gone_is_pinned_no_more() -> None:
    gone = Difference(what="gone", family="indexes", subject="public.i", path=("tables",))
    assert risk(gone) == "nothing says any more what public.i has to be"


def test_there_are_cases_of_both_directions() -> None:
    told = [one[-1] for one in (*CHANGES, *NEW)]
    assert told.count(NEUTRAL) >= 30
    assert len(told) - told.count(NEUTRAL) >= 30


FILE = """\
tables:
  notes:
    columns: {title: varchar(80) not null}
    rls:
      enabled: false
      policies: {mine: {permissive: true, roles: [a, b]}, ours: {roles: [a, b]}}
    grants: {anon: [select]}
"""


KEYS = ("roles", "enabled")
"""Keys that stand in a mapping; the other entries are short forms."""


@pytest.mark.parametrize(
    ("name", "value", "actual", "told"),
    [
        ("tables.notes.columns.title::type", "varchar(40) not null", "varchar(40)", NEUTRAL),
        ("tables.notes.columns.title::type", "text not null", "text", "takes other values"),
        ("tables.notes.columns.title::nullable", "varchar(80)", "nullable", "may be null"),
        ("tables.notes.columns.title::type", "varchar(40)", "varchar(40)", "may be null"),
        (
            "tables.notes.columns.title::type",
            "text",
            "text",
            "takes other values: varchar(80) → te",
        ),
        ("tables.notes.columns.title::type", "text", "text", "may be null"),
        ("tables.notes.columns.title::nullable", "text", "null", "takes other values"),
        ("tables.notes.columns.title::type", "varchar(9) not null default 'a'", "…(9)", NEUTRAL),
        ("tables.notes.rls::enabled", True, "on", NEUTRAL),
        ("tables.notes.rls.policies.mine::roles", "a", "a", NEUTRAL),
        ("tables.notes.rls.policies.ours::roles", "a", "a", "is for other roles"),
        ("tables.notes.grants.anon::exactly", ["select", "delete"], "", "may also delete"),
        ("tables.notes.grants.anon::exactly", [], "no privileges", NEUTRAL),
    ],
)
def test_what_is_planned_says_what_it_is_about(
    name: str, value: Any, actual: str, told: str
) -> None:
    planned = next(one for one in _planned() if one.name == name)
    difference = Difference(
        what="differs",
        family="",
        subject="it",
        path=(*planned.path, key) if (key := name.partition("::")[2]) in KEYS else planned.path,
        expected=str(planned.expected),
        actual=actual,
        value=value,
        planned=planned,
    )
    found = risk(difference)
    assert (told in found) if told else (found == ""), found


def _planned() -> Iterator[Planned]:
    spec, positions, _ = read(FILE, "expectations.yaml", folder=Path(), given={})
    yield from plan(spec, positions, "expectations.yaml", rollback=False)
