"""What depends on a stand-in says so."""

from tests.projects import Project, lines_after, text_of
from tests.projects import project as project

EXPECTATIONS = """\
database: {platform: supabase}
migrations: {directory: migrations}
tables: {users: {}}
extensions:
  pgcrypto: {version: "1.3", schema: extensions}
  uuid-ossp: ">= 1"
  pg_stat_statements: {schema: public}
"""


def test_what_is_expected_of_a_stand_in_says_so(project: Project) -> None:
    project.expect(EXPECTATIONS)
    text = text_of(project.run_apart("-p", "no:xdist"))
    note = "pgcrypto is a stand-in in SQL here, with a version and a schema of its own"
    assert note in [line.strip() for line in lines_after(text, "extensions.pgcrypto version")]
    assert "stand-in" not in "".join(lines_after(text, "extensions.pg_stat_statements schema"))
    summary = lines_after(text, "schema verification")
    assert [line for line in summary if "about stand-ins" in line] == [
        "  about stand-ins, so it proves nothing about the extensions: extensions.pgcrypto::exists,"
        " extensions.pgcrypto::version, extensions.pgcrypto::schema, extensions.uuid-ossp::exists,"
        " extensions.uuid-ossp::version"
    ]


def test_nothing_is_said_where_nothing_depends_on_one(project: Project) -> None:
    project.expect(EXPECTATIONS.partition("extensions:\n")[0])
    text = text_of(project.run_apart("-p", "no:xdist"))
    assert "not the real extensions: pgcrypto (bf is not Blowfish)" in text
    assert "about stand-ins" not in text
