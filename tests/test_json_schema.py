"""The JSON Schema helps an editor, takes what the loader takes, and refuses what it can know."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.language.yaml import Document
from tests.guides import blocks
from tests.language.test_mistakes import DATA, MISTAKES
from tests.language.test_odd_values import PLACES
from tests.language.test_odd_values import document as document_at
from tests.language.test_variables import VALUES
from tests.pages import cases
from tools import language
from tools.generate import ROOT
from tools.schema import ADDRESS

from .test_generated import SCHEMA

WHOLE: Any = SCHEMA.schema
BEYOND: dict[str, list[str]] = DATA["beyond_the_schema"]


def nodes(node: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each schema in the document with its place."""
    yield at, node
    for key in ("properties", "patternProperties", "$defs"):
        for name, one in node.get(key, {}).items():
            yield from nodes(one, f"{at}/{key}/{name}")
    for key in ("items", "additionalProperties", "propertyNames", "if", "then"):
        if isinstance(node.get(key), dict):
            yield from nodes(node[key], f"{at}/{key}")
    for index, one in enumerate(node.get("anyOf", ())):
        yield from nodes(one, f"{at}/anyOf/{index}")


NODES = dict(nodes(WHOLE))


def said(node: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema says, with what it refers to."""
    return {**said(NODES[node["$ref"][1:]]), **node} if "$ref" in node else node


def refused(text: str) -> bool:
    return not SCHEMA.is_valid(Document(text).data)


def test_it_says_what_it_is() -> None:
    jsonschema.Draft202012Validator.check_schema(WHOLE)
    assert WHOLE["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert WHOLE["$id"] == ADDRESS
    repository, path = ADDRESS.split("/main/")
    assert repository.startswith("https://raw.githubusercontent.com/")
    assert json.loads((ROOT / path).read_text(encoding="ascii")) == WHOLE


def test_every_key_says_what_it_means() -> None:
    keys = [at for at in NODES if re.search(r"/properties/[^/]+$", at) and "/if/" not in at]
    keys = [at for at in keys if not at.startswith("/$defs/Absent/")]
    assert len(keys) > 1000
    assert [at for at in keys if not said(NODES[at]).get("description")] == []
    assert [at for at, one in NODES.items() if "\n" in one.get("description", "")] == []


def test_nothing_is_there_twice() -> None:
    for at, node in NODES.items():
        words = [str(one).lower() for one in node.get("enum", ())]
        assert len({*words}) == len(words), at
        forms = node.get("anyOf", ())
        assert len({json.dumps(one, sort_keys=True) for one in forms}) == len(forms), at
        # An alternative of alternatives, and a single one, are no help to an editor.
        assert len(forms) != 1, at
        assert not any(one.keys() <= {"anyOf", "oneOf"} for one in forms), at
        assert "oneOf" not in node, at


def test_every_definition_is_used() -> None:
    used = {node["$ref"].split("/")[2] for node in NODES.values() if "$ref" in node}
    assert used == {*WHOLE["$defs"]}


def test_defaults_and_examples_are_what_may_stand_there() -> None:
    defaults = [(at, node["default"]) for at, node in NODES.items() if "default" in node]
    examples = [(at, one) for at, node in NODES.items() for one in node.get("examples", ())]
    assert len(defaults) > 20
    assert len(examples) > 300
    for at, value in (*defaults, *examples):
        SCHEMA.evolve(schema=NODES[at]).validate(value)


BESIDE = {"search": {"limit": "n"}, "owner": {"column": "id"}, "naming": {"tables": "x"}}
"""What has to stand beside an example so that its entry is whole, by the key of the entry."""


def test_the_loader_reads_every_example() -> None:
    read = set()
    for path, key, beside, inner in PLACES:
        entry = path[-1][0] if path else ""
        for example in said(inner).get("examples", ()):
            more = {} if key == "through" else BESIDE.get(entry, {})  # in place of a column
            text = document_at((path, key, beside | more, inner), example)
            load(text, "e.yaml")
            assert not refused(text), text
            read.add(key)
    assert len(read) > 200
    assert {*WHOLE["properties"]} - read <= {"version", "include", "vars", "rules"}


def texts() -> Iterator[tuple[str, str]]:
    """Yield each file of expectations of the repository and of its documentation."""
    for path in ROOT.rglob("*expectations.yaml"):
        if not {".venv", "build", "site"} & {*path.relative_to(ROOT).parts}:
            yield str(path), path.read_text(encoding="utf-8")
    for name in ("tests/data/written.yaml", "migrations/cleanup/after.yaml"):
        yield name, (ROOT / name).read_text(encoding="utf-8")
    for block in language.blocks():
        yield from ((block.name, case.yaml) for case in cases(block.path))
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for one in blocks(page.read_text(encoding="utf-8")):
            if one.kind == "yaml" and (not one.path or one.path.endswith("expectations.yaml")):
                yield str(page), one.text


def test_it_takes_every_file_of_the_repository_and_its_pages() -> None:
    every = [*texts()]
    assert len(every) > 60
    for name, text in every:
        errors = [one.message for one in SCHEMA.iter_errors(Document(text).data)]
        assert errors == [], (name, text)


@pytest.mark.parametrize(
    "text",
    [
        *VALUES,
        "vars: {bad: warn}\nrules: {primary_key: {severity: '${bad}'}}",
        "tables: {t: {persistence: Unlogged, grants: {app: [SELECT, insert With Grant Option]}}}",
        "access: {tables: {t: {a: {select: {error: 22012}}}}, identities: {a: anon}}",
        "tables: {t: {absent: true, when: {env: CI}, x-why: it was dropped}}",
    ],
)
def test_it_takes_what_the_loader_takes(text: str) -> None:
    load(text, "e.yaml")
    assert not refused(text)


def test_it_refuses_each_mistake_that_a_schema_can_know() -> None:
    beyond = {name: why for why, names in BEYOND.items() for name in names}
    for name, mistake in MISTAKES.items():
        text = mistake["text"]
        try:
            data = Document(text).data
        except Exception:  # that is no YAML
            continue
        assert SCHEMA.is_valid(data) == (name in beyond), (name, beyond.get(name))
        old, new = mistake.get("instead_of", ""), mistake.get("type", "")
        assert not refused(mistake.get("repaired") or text.replace(old, new, 1)), name


def test_the_command_prints_it_and_loads_nothing_for_that() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pytest_schemaverify.cli", "schema"],
        capture_output=True, text=True, check=True, env={"LC_ALL": "C", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert json.loads(done.stdout) == WHOLE
    loaded = {line.split("|")[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "argparse" in loaded
    assert not loaded & {"pydantic", "yaml", "psycopg", "pytest"}


def test_the_entry_for_schemastore_has_its_form() -> None:
    entry = json.loads((ROOT / "tools/schemastore/entry.json").read_text(encoding="utf-8"))
    form = json.loads((ROOT / "tests/data/schema-catalog.json").read_text(encoding="utf-8"))
    catalog = {"$schema": form["$id"], "version": 1, "schemas": [entry]}
    jsonschema.Draft7Validator(form).validate(catalog)
    assert entry["url"] == ADDRESS
    for text in (entry["name"], entry["description"]):  # as its own checks want it
        assert not re.search(r"schema|\n|[,. \t-]$", text, re.IGNORECASE)
    matched = {
        name
        for name in ("expectations.yaml", "a.expectations.yaml", "expectations.yml", "a.yaml")
        if any(Path(name).match(pattern) for pattern in entry["fileMatch"])
    }
    assert matched == {"expectations.yaml", "a.expectations.yaml"}
