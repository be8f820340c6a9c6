"""A contract may be of a text that is not written yet: its paths start where it will be."""

import pytest

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.contract import Contract
from tests.projects import EXPECTATIONS, Project
from tests.projects import project as project

NAME = "later.yaml"


def test_a_text_stands_for_a_file_that_is_not_there(project: Project) -> None:
    project.write("more.yaml", "tables: {orders: {}}")
    text = f"include: [more.yaml]\n{EXPECTATIONS}"
    contract = Contract(project.path / NAME, NAME, Config(), text=text)
    assert contract.fault is None
    assert contract.files is not None
    assert [one.path.name for one in contract.files.apply] == ["001_users.sql"]
    names = {one.name for one in contract.planned}
    assert {"tables.users.columns.email::type", "tables.orders::exists"} <= names
    assert not (project.path / NAME).exists()


def test_it_stands_for_one_that_is_there_too(project: Project) -> None:
    path = project.write(NAME, "tabels: {}")
    assert Contract(path, NAME, Config(), text="tables: {users: {}}").planned
    with pytest.raises(SpecError):
        Contract(path, NAME, Config())


@pytest.mark.parametrize("text", ["tabels: {}", ""])
def test_what_is_wrong_with_it_has_its_place(project: Project, text: str) -> None:
    with pytest.raises(SpecError, match=rf"{NAME}:1:1: "):
        Contract(project.path / NAME, NAME, Config(), text=text)


def test_a_folder_that_it_names_and_that_is_missing_has_its_place(project: Project) -> None:
    text = "\nmigrations: {directory: elsewhere}"
    contract = Contract(project.path / NAME, NAME, Config(), text=text)
    assert str(contract.fault).startswith(f"{NAME}:2:14: migrations.directory: ")


def test_that_it_is_missing_is_found_out_once(project: Project) -> None:
    contract = Contract(project.path / NAME, NAME, Config(), text="migrations: {directory: gone}")
    with pytest.raises(SpecError) as first:
        assert contract.files
    with pytest.raises(SpecError) as second:
        assert contract.files
    assert first.value is second.value
