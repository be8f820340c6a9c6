"""Every kind of expectation has a mark, so that `-m rls` and `-m "not data"` choose among all."""

import pytest

from pytest_schemaverify.kinds import every
from pytest_schemaverify.plugin.options import MARKS
from pytest_schemaverify.plugin.spec_items import mark_of
from tests.projects import EXPECTATIONS, Project
from tests.projects import project as project
from tools.models import models

FAMILIES = sorted(
    {model.family for model in models() if model.family}
    | {name.partition(".")[0] for name in every()} - {"any"}
)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_mark(family: str) -> None:
    assert mark_of(family) in MARKS, f"say in its folder which mark {family} has"


@pytest.mark.parametrize("mark", [mark for mark in MARKS if mark != "static"])
def test_no_mark_is_without_a_family(mark: str) -> None:
    assert mark in map(mark_of, FAMILIES)


@pytest.mark.parametrize(
    ("arguments", "number"),
    [(("-m", "rls"), 1), (("-m", "not data"), 11), (("-k", "email"), 3), (("-m", "data"), 1)],
    ids=["rls", "not-data", "by-name", "data"],
)
def test_marks_and_names_choose(arguments: tuple[str, ...], number: int, project: Project) -> None:
    project.expect(EXPECTATIONS)
    found = project.run("--collect-only", "-q", *arguments).stdout.str()
    assert len([line for line in found.splitlines() if "::" in line]) == number
