"""What several files about one database name is managed by each of them."""

from pathlib import Path

import pytest

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.contract import Contract
from tests.projects import Project, text_of
from tests.projects import project as project

MIGRATION = """
create schema app;
create table app.places (id int primary key, name text);
create table app.visits (id int primary key);
create table app.strays (id int);
create function app.one() returns int language sql as 'select 1';
create publication news for table app.places;
"""
PLACES = """
migrations: {directory: migrations}
defaults: {schema: app}
unmanaged:
  together: [parts/visits.expectations.yaml]
  schemas: fail
  tables: fail
  functions: fail
  publications: fail
  details: fail
tables:
  places: {columns: {id: int not null}, primary_key: [id]}
"""
VISITS = """
schemas: {app: {}}
tables:
  app.visits: {columns: {id: bigint}}
  app.places: {columns: {name: text}}
include: more.yaml
"""
MORE = "functions: {app.one(): {}}\npublications: {news: {tables: {app.places: {}}}}\n"


@pytest.fixture
def several(project: Project) -> Project:
    project.write("migrations/001_users.sql", MIGRATION)
    project.write("expectations.yaml", PLACES)
    project.write("parts/visits.expectations.yaml", VISITS)
    project.write("parts/more.yaml", MORE)
    return project


def test_what_another_file_names_is_managed_though_only_one_is_run(several: Project) -> None:
    text = text_of(several.run("-p", "no:cacheprovider", "expectations.yaml"))
    assert "unmanaged::tables" in text
    assert "app.strays" in text
    # The type is the other file's to verify, and what it says of a table is not unsaid here.
    assert "app.visits" not in text
    for key in ("schemas", "functions", "publications", "details"):
        assert f"unmanaged::{key}" not in text


def test_without_the_other_file_all_of_it_is_told(several: Project) -> None:
    several.write(
        "expectations.yaml", PLACES.replace("  together: [parts/visits.expectations.yaml]\n", "")
    )
    text = text_of(several.run("-p", "no:cacheprovider", "expectations.yaml"))
    for told in ("app.visits", "app.strays", "app.one()", "news", "unmanaged::details"):
        assert told in text


def test_what_neither_says_of_an_object_is_told(several: Project) -> None:
    several.write("parts/visits.expectations.yaml", VISITS.replace("{name: text}", "{}"))
    text = text_of(several.run("-p", "no:cacheprovider", "expectations.yaml"))
    assert "unmanaged::details" in text
    assert "the column is there" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        (
            "tables: {a b: {}, c: {colums: {}}}",
            "parts/visits.expectations.yaml:1:23: tables.c.colums: unknown key",
        ),
        ("", "parts/visits.expectations.yaml:1:1: the file is empty"),
        (
            "migrations: {directory: sql}\ntables: {c: {}}",
            "expectations.yaml:5:14: unmanaged.together.0: parts/visits.expectations.yaml is about "
            "another database: its migrations are in ",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_place(
    tmp_path: Path, text: str | None, told: str
) -> None:
    (tmp_path / "parts").mkdir()
    if text is not None:
        (tmp_path / "parts/visits.expectations.yaml").write_text(text)
    path = tmp_path / "expectations.yaml"
    path.write_text(PLACES)
    with pytest.raises(SpecError) as error:
        Contract(path, "expectations.yaml", Config())
    assert told in str(error.value)
    if text is None:
        assert "expectations.yaml:5:14: unmanaged.together.0: parts/" in str(error.value)


def test_a_file_that_names_itself_is_told(tmp_path: Path) -> None:
    path = tmp_path / "expectations.yaml"
    path.write_text(PLACES.replace("parts/visits.expectations.yaml", "./expectations.yaml"))
    with pytest.raises(SpecError, match=r":5:14: unmanaged\.together\.0: this is the file itself"):
        Contract(path, "expectations.yaml", Config())


def test_files_with_the_same_migrations_are_about_one_database(several: Project) -> None:
    same = "migrations: {directory: ../migrations}\n"
    several.write("parts/visits.expectations.yaml", same + VISITS)
    text = text_of(several.run("-p", "no:cacheprovider", "expectations.yaml"))
    assert "app.strays" in text
    assert "app.visits" not in text
