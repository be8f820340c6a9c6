"""What follows from something that is told is not told once more."""

import pytest

from tests.projects import Project, text_of
from tests.projects import project as project

MIGRATION = """
create schema app;
create table app.shapes (id int, name text constraint named not null, tint text);
create table app.circles (radius int not null) inherits (app.shapes);
create sequence app.numbers minvalue 5 start 7;
"""
FILE = """
migrations: {directory: migrations}
defaults: {schema: app}
unmanaged: {details: fail}
tables:
  shapes: {columns: {id: int, name: text}}
  circles: {columns: {radius: int, id: int, name: text}}
sequences: {numbers: {minimum: 7}}
"""


@pytest.fixture
def text(project: Project) -> str:
    project.write("migrations/001_shapes.sql", MIGRATION)
    project.write("expectations.yaml", FILE)
    return text_of(project.run("-p", "no:cacheprovider"))


def test_what_a_child_has_from_its_parent_is_told_of_the_parent(text: str) -> None:
    assert "alter table app.shapes drop column tint;" in text
    assert "alter table app.shapes alter column name drop not null;" in text
    assert "alter table app.circles drop column tint;" not in text
    assert "alter table app.circles alter column name" not in text
    assert "rename constraint" not in text  # the name goes away with the NOT NULL


def test_what_a_child_has_of_its_own_is_told(text: str) -> None:
    assert "alter table app.circles alter column radius drop not null;" in text


def test_what_is_usual_for_an_object_as_its_entry_says_is_not_told(text: str) -> None:
    assert "sequences.app.numbers::minimum" in text or "sequences.numbers::minimum" in text
    failures = text.partition("schema verification")[0]
    assert "start" not in failures.partition("unmanaged::details")[2]
