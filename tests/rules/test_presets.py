"""What a preset asks for and makes no sense for a database is skipped, and told in one line."""

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.language.presets import RULES, rules_of
from pytest_schemaverify.verification.judging import reads_files
from tests.projects import Project, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project  # a fixture


def test_rules_that_make_no_sense_here_are_one_line(project: Project, filled: Dsn) -> None:
    # Other tests may have made the roles anon and authenticated on the same server.
    project.expect(
        "defaults: {clients: [no_visitor, no_member]}\n"
        "rules: {preset: supabase, no_exposed_auth_users: true}\n"
    )
    run = ("-q", "-rs", "-p", "no:randomly", f"--schema-dsn={filled}")
    lines = text_of(project.run(*run)).splitlines()
    files = len([rule for rule in rules_of("supabase") if reads_files(f"rules.{rule}")])
    clients = len([rule for rule in rules_of("supabase") if RULES[rule].clients]) - 1
    assert (
        f"  - {clients + files} skipped: {clients} because there is no role no_visitor or"
        f" no_member; `defaults.clients` names yours (preset supabase); {files} for other reasons"
        " (-rs lists them)"
    ) in lines
    assert any("no migration files to read (preset supabase)" in line for line in lines)
    # Named by hand, the same reason is no reason to pass.
    [failed] = [line for line in lines if line.startswith("expectations.yaml:2:")]
    assert failed == "expectations.yaml:2:27: rules::no_exposed_auth_users"
    assert lines[-1].startswith("1 failed, ")


def test_a_rule_of_a_preset_fails_at_the_line_of_rules(project: Project) -> None:
    project.write("migrations/002_copies.sql", "create table copies (id int);")
    project.expect("migrations: {directory: migrations}\nrules: recommended\n")
    text = text_of(project.run("-q"))
    assert "expectations.yaml:2:1: rules::primary_key (preset recommended)\n" in text
