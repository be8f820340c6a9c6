"""What a report says of a file as a whole."""

from tests.projects import Project
from tests.projects import project as project
from tests.reports.formats.runs import as_json


def test_a_section_that_fails_says_why_and_costs_nothing_else(project: Project) -> None:
    project.run("--schema-report=json:a.json", "--schema-access-matrix", "--schema-costs")
    [one] = as_json(project.path / "a.json")["verified"]
    [note] = one["notes"]
    assert note.startswith("the report lacks a part: finding out who can reach what because")
    assert (one["access"], list(one["rehearsal"]["files"])) == ([], ["001_users.sql"])
    assert one["coverage"]["tables"]["said"] == 2


def test_nothing_is_measured_that_nobody_asks_for(project: Project) -> None:
    project.run("--schema-report=json:a.json")
    [one] = as_json(project.path / "a.json")["verified"]
    assert (one["notes"], one["access"], one["rehearsal"]) == ([], [], None)
