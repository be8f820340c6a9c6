"""The JSON Schema of a file of expectations, made of the models and their docstrings.

It takes what the loader takes, short forms, matchers, conditions and variables too, as far as a
schema can know. What it is like inside is for editors: few alternatives, each text on one line.
"""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import NullableSchema, WithDefaultSchema

from pytest_schemaverify.kinds import family_of, keys
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.grants.model import PRIVILEGES
from pytest_schemaverify.kinds.kind import Key
from pytest_schemaverify.language import matching
from pytest_schemaverify.language.base import Entry, Thing
from pytest_schemaverify.language.doors import COLUMNS, REACH
from pytest_schemaverify.language.keywords import in_either_case
from pytest_schemaverify.language.values import CONDITION, in_lower_case
from pytest_schemaverify.sql import yaml_names
from tools import models as of_file
from tools.examples import examples
from tools.models import docstrings, models
from tools.schema_forms import VARIABLE, flat, shared

ADDRESS = (
    "https://raw.githubusercontent.com/pytest-schemaverify/pytest-schemaverify/main/"
    "pytest_schemaverify/expectations.schema.json"
)
_HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": ADDRESS,
    "title": "expectations.yaml",
    "description": "What a PostgreSQL database must be; pytest-schemaverify makes tests of it.",
    "$comment": "This address has the schema of the newest state of version 1 of the language; "
    "with a tag such as `v0.1.0` in place of `main` it has that of a release, and "
    "`schemaverify schema` prints that of the release that is installed.",
}
_OF_AUTHOR: dict[str, Any] = {"^x-": {"description": "For whoever writes the file; says nothing."}}
_NAMES: dict[Key, str] = {
    keys.single: yaml_names.SINGLE, keys.inside: yaml_names.SINGLE,
    keys.in_schema: yaml_names.QUALIFIED,
}  # fmt: skip
"""Patterns of the names from which these functions make keys."""
_MATCHER = {
    "$comment": "What may stand in the place of a value; several keys hold together.",
    "type": "object",
    "properties": {
        "one_of": {"type": "array", "minItems": 1, "description": "Values that there may be."},
        "matches": {"type": "string", "description": "Regular expression that is found in it."},
        "not": {"description": "Value, or matcher, that must not hold."},
        "contains": {"description": "Part of a text, or members of a list."},
    },
    "minProperties": 1,
    "additionalProperties": False,
}


_TO_MATCHER = {"$ref": "#/$defs/Matcher"}
_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_VALUES: dict[str, Any] = {
    "Matcher": _MATCHER,
    "Text": {"anyOf": [{"type": "string"}, _TO_MATCHER]},
    "Flag": {"anyOf": [{"type": "boolean"}, _TO_MATCHER]},
    "Number": {"anyOf": [{"type": "integer"}, CONDITION, _TO_MATCHER]},
    "Names": {"anyOf": [_TEXTS, _TO_MATCHER]},
    "Privileges": {"anyOf": [PRIVILEGES, _TO_MATCHER]},
    "Reach": {"anyOf": [REACH, _TO_MATCHER]},
    "UsedColumns": {"anyOf": [COLUMNS, _TO_MATCHER]},
}
"""What may stand in many places."""


def _alone(model: type[Thing]) -> dict[str, Any]:
    """Return what keys there may be in an entry that says `absent: true`."""
    beside = sorted(model.model_fields[name].alias or name for name in model.settings)
    told = "what must not exist has no other attributes"
    names = {"pattern": f"^({'|'.join(beside)}|x-.*)$", "patternErrorMessage": told}
    return {"propertyNames": names}


_OTHERS: dict[str, Any] = {
    "Variable": VARIABLE,
    "Name": {"type": "string", "pattern": yaml_names.SINGLE},
    "Absent": {"properties": {"absent": {"const": True}}, "required": ["absent"]},
    "Alone": _alone(Thing),
}


class _Schema(GenerateJsonSchema):
    """None means "not written" in the model; it is not a value in the file."""

    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema() -> str:
    """Return the JSON Schema of a file of expectations, with every short form."""
    document = Spec.model_json_schema(schema_generator=_Schema)
    definitions = document.pop("$defs")
    for model in models():
        if (definition := definitions.get(model.__name__)) is not None:
            definitions[model.__name__] = _entry(definition, model)
    whole = _entry(document, Spec)
    shapes = {name: flat(one) for name, one in _VALUES.items()} | _OTHERS
    made = {**_HEAD, **shared(flat({**whole, "$defs": definitions}), shapes), **_HEAD}
    return json.dumps(made, indent=1) + "\n"


def _entry(definition: dict[str, Any], model: type[Entry]) -> dict[str, Any]:
    """Return the definition of an entry with what pydantic does not know of it."""
    properties = definition["properties"]
    for name, field in model.model_fields.items():
        key = field.alias or name
        properties[key] = _property(properties[key], model, name)
    del definition["title"]  # editors show it as a heading, of what is inside too
    definition["description"] = _line(definition["description"])
    _names(definition, model)
    if issubclass(model, Thing):
        definition |= _absent_alone(model)
    forms = [model.short_form] if model.short_form else []
    if issubclass(model, Thing):
        forms += [{"const": "absent"}, {"type": "null"}]
    if not forms:
        return definition
    return {"description": definition.pop("description"), "anyOf": [definition, *forms]}


def _property(found: dict[str, Any], model: type[Entry], name: str) -> dict[str, Any]:
    """Return what may stand under a key, with its meaning, its default and examples."""
    field = model.model_fields[name]
    key = field.alias or name
    value = {one: part for one, part in found.items() if one not in ("title", "description")}
    if any(getattr(part, "func", None) is in_lower_case for part in field.metadata):
        value = in_either_case(value["enum"])
    if name in matching.fields(model, model.settings) and value:
        # Where anything may stand, so may a matcher.
        more = [CONDITION] if matching.takes_conditions(model, name) else []
        value = {"anyOf": [value, *more, {"$ref": "#/$defs/Matcher"}]}
    described: dict[str, Any] = {"description": _line(docstrings(model).get(name, ""))}
    if field.default is False or (field.default and isinstance(field.default, (str, int, list))):
        described["default"] = field.default
    if shown := examples().get((model, key)):
        described["examples"] = shown
    return {**described, **value}


def _line(text: str) -> str:
    return " ".join(text.split())


def _names(definition: dict[str, Any], model: type[Entry]) -> None:
    """Let keys be the names that the loader takes, and, where keys are ours, those of an author."""
    if model.model_config.get("extra") == "forbid":
        definition["patternProperties"] = _OF_AUTHOR
    inner = of_file.named(model)
    if inner is None:
        return
    family = family_of(inner.family)
    if pattern := _NAMES.get(family.key) if family is not None else None:
        definition["propertyNames"] = {"pattern": pattern}
    if shown := examples().get((model, of_file.NAME)):
        definition["additionalProperties"] |= {"examples": shown}


def _absent_alone(model: type[Thing]) -> dict[str, Any]:
    """Return the condition that what must not exist has no attributes."""
    return {"if": _OTHERS["Absent"], "then": _alone(model)}
