"""The JSON Schema of what --schema-report=json writes, from the classes of the record."""

import ast
import inspect
import itertools
import json
from typing import Any, get_args

from pydantic import TypeAdapter

from pytest_schemaverify.kinds import CATEGORIES
from pytest_schemaverify.language.presets import Concern
from pytest_schemaverify.reports import compared, record, sections
from pytest_schemaverify.reports.formats.json import VERSION
from pytest_schemaverify.reports.outcomes import OUTCOMES
from pytest_schemaverify.settings.config import SEVERITIES

_MODULES = (record, compared, sections)
_ENUMS = {
    "outcome": OUTCOMES, "severity": SEVERITIES, "category": CATEGORIES,
    "concern": get_args(Concern), "change": compared.CHANGES,
}  # fmt: skip


def schema() -> str:
    """Return the JSON Schema. A reader may meet keys that are not in it, of a later version."""
    document = TypeAdapter(record.Record).json_schema(mode="serialization")
    for name, definition in [("Record", document), *document["$defs"].items()]:
        if definition.get("type") == "object":
            [model] = [getattr(one, name) for one in _MODULES if name in vars(one)][:1]
            _describe(definition, model)
    whole = document["properties"]
    version = whole.pop("version")
    text = {"type": "string"}
    numbers = {name: {"type": "integer", "minimum": 0} for name in OUTCOMES}
    document["properties"] = {
        "version": {
            "const": VERSION,
            "description": "It changes when something goes or means something else.",
        },
        "tool": {"type": "object", "properties": {"name": text, "version": version}},
        "verdict": {"enum": [*record.VERDICTS], "description": "The worst that is true."},
        "counts": {
            "type": "object", "properties": numbers, "required": [*numbers],
            "description": "How many expectations each outcome has.",
        },
        **whole,
    }  # fmt: skip
    document["required"] = [*document["properties"]]
    front = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A report of pytest-schemaverify",
        "description": "Written by `pytest --schema-report=json:FILE`.",
    }
    return json.dumps({**document, **front}, indent=2, ensure_ascii=False) + "\n"


def _describe(definition: dict[str, Any], model: type) -> None:
    """Put in what the class says of its fields; each of them is always written."""
    definition["description"] = inspect.getdoc(model)
    definition["required"] = [*definition["properties"]]
    said = _docstrings(model)
    for name, field in definition["properties"].items():
        field.pop("title", None)
        field.pop("default", None)
        if name in said:
            field["description"] = said[name]
        if name in _ENUMS:
            field["enum"] = [*_ENUMS[name]]


def _docstrings(model: type) -> dict[str, str]:
    """Return the text below each field of a class."""
    (body,) = ast.parse(inspect.getsource(model)).body
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: " ".join(str(text.value.value).split())
        for field, text in itertools.pairwise(body.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }
