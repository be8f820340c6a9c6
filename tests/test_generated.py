"""What is written from the code is current, and the JSON Schema agrees with the loader."""

import json
from pathlib import Path

import jsonschema
import pytest

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds import every
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.language.yaml import Document
from tools.generate import ROOT, files

from .pages import cases

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((ROOT / "pytest_schemaverify/expectations.schema.json").read_text(encoding="utf-8"))
)
PAGES = sorted({check.page for check in every().values()})


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_generated_files_are_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == files()[path], "run make generate"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}.{page.stem}")
def test_the_json_schema_takes_what_the_loader_takes(page: Path) -> None:
    for case in cases(page):
        load(case.yaml, "expectations.yaml")
        SCHEMA.validate(_plain(case.yaml))


def test_the_worked_example_fits_the_json_schema() -> None:
    SCHEMA.validate(_plain((ROOT / "expectations.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "tabels: {}",
        "tables: {users: {rsl: true}}",
        "tables: {users: {columns: {id: {nullable: maybe}}}}",
        "rules: {no_such_rule: true}",
        "functions: {f(): {security: root}}",
        "data: {users: {rows: []}}",
    ],
)
def test_the_json_schema_refuses_what_the_loader_refuses(text: str) -> None:
    with pytest.raises(SpecError):
        load(text, "expectations.yaml")
    with pytest.raises(jsonschema.ValidationError):
        SCHEMA.validate(_plain(text))


def _plain(text: str) -> object:
    return Document(text).data
