"""A failure shows what is written, what the server reads it as, and of long texts what differs."""

import pytest

from pytest_schemaverify.reports.difference import difference, differs_at_length
from tests.projects import Project, lines_after, shows_no_traceback, text_of
from tests.projects import project as project  # a fixture

MIGRATION = """\
create schema ext;
create type ext.state as enum ('open');
create type public.state as enum ('open');
create table members (note int, person text, role text, left_at timestamptz);
create table notes (
  id int primary key,
  price numeric check (price between 1 and 5),
  state ext.state
);
alter table notes enable row level security;
create policy shared on notes using (exists (
  select 1 from members m
  where m.note = notes.id and m.person = current_setting('app.person', true)
    and m.role in ('owner', 'editor', 'reader') and m.left_at is null
));
"""
EXPECTED = """\
migrations: {directory: migrations}
tables:
  notes:
    columns:
      state: state
    checks:
      notes_price_check: price between 1 and 9
    rls:
      policies:
        shared:
          using: >-
            exists (select 1 from members m
              where m.note = notes.id and m.person = current_setting('app.person', true)
                and m.role in ('owner', 'editor') and m.left_at is null
                and m.person is not null and m.note is not null and m.role is not null)
"""


@pytest.fixture
def failures(project: Project) -> str:
    """What a run says whose expectations do not hold."""
    project.write("migrations/001_notes.sql", MIGRATION)
    project.expect(EXPECTED)
    text = text_of(project.run("-q"))
    assert shows_no_traceback(text), text
    return text


def test_both_are_shown_as_written_and_as_the_server_reads_them(failures: str) -> None:
    lines = [line.strip() for line in lines_after(failures, "notes_price_check expression")]
    assert lines[1:5] == [
        "expected    price between 1 and 9",
        "read as   ((price >= '1'::numeric) AND (price <= '9'::numeric))",
        "actual      ((price >= (1)::numeric) AND (price <= (5)::numeric))",
        "note        last changed in migrations/001_notes.sql:5",
    ]


def test_which_of_two_types_was_found_is_shown(failures: str) -> None:
    lines = [line.strip() for line in lines_after(failures, "columns.state type")]
    assert lines[1:4] == ["expected    state", "read as   public.state", "actual      ext.state"]


def test_of_long_texts_the_lines_that_differ_are_shown(failures: str) -> None:
    lines = lines_after(failures, "policies.shared using")
    start = next(at for at, line in enumerate(lines) if line.startswith("    - and +"))
    shown = [line[16:] for line in lines[start:] if line[16:17] in "+-"]
    assert "-and m.person is not null" in shown
    assert any(line.startswith("+AND (m.role = ANY") for line in shown)
    assert all(len(line) < 240 for line in lines)
    assert any(line.strip().startswith("fix ") for line in lines)


def test_a_difference_has_one_line_around_it() -> None:
    expected = "\n".join(f"line {number}" for number in range(40))
    actual = expected.replace("line 20\n", "line twenty\n")
    assert differs_at_length(expected, actual)
    assert not differs_at_length("short", actual)
    assert list(difference(expected, actual)) == [
        "…", " line 19", "-line 20", "+line twenty", " line 21",
    ]  # fmt: skip
