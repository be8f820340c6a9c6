"""Write what can be written from the code: the JSON Schema and the reference pages.

python -m tools.generate            write the files
python -m tools.generate --check    fail if one of them is out of date
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import NullableSchema, WithDefaultSchema

from pytest_schemaverify.kinds import CATEGORIES, Check, category_of, every, family_of, keys
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.kind import Key
from pytest_schemaverify.kinds.registry import ANY
from pytest_schemaverify.language import Entry, Terms, Thing, matching
from pytest_schemaverify.language.values import CONDITION, in_lower_case
from pytest_schemaverify.settings.config import settings
from pytest_schemaverify.settings.reading import CONTRADICTIONS
from pytest_schemaverify.sql import yaml_names
from tools import catalogs, commands, language, pgtap, plugins, presets, report_schema
from tools import models as of_file
from tools.markdown import table
from tools.models import docstrings, is_term, models

ROOT = Path(__file__).parent.parent
IDS = ROOT / "tests/data/check_ids.txt"
NOTE = "<!-- Written by `make generate` from the code. Do not edit. -->"


class _Schema(GenerateJsonSchema):
    """None means "not written" in the model; it is not a value in the file."""

    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema() -> str:
    """Return the JSON Schema of a file of expectations, with every short form."""
    document = Spec.model_json_schema(schema_generator=_Schema)
    _describe(document, Spec)
    for model in models():
        definition = document["$defs"].get(model.__name__)
        if definition is None:
            continue
        for named in definition["properties"].values():
            named.pop("title", None)  # the key once more
        _describe(definition, model)
        for name in Terms.model_fields:
            if is_term(model, name):
                definition["properties"][name] = {"$ref": f"#/$defs/Terms/properties/{name}"}
        _names(definition, model)
        _either_case(definition, model)
        _or_matcher(definition, model)
        forms: list[dict[str, Any]] = [model.short_form] if model.short_form else []
        if issubclass(model, Thing):
            forms += [{"const": "absent"}, {"type": "null"}]
        if forms:
            description = definition.pop("description", "")
            document["$defs"][model.__name__] = {
                "description": description,
                "anyOf": [definition, *forms],
            }
    document["patternProperties"] = _OF_AUTHOR
    document["$defs"]["Matcher"] = _MATCHER
    terms = Terms.model_json_schema(schema_generator=_Schema, ref_template="#/$defs/{model}")
    _describe(terms, Terms)
    document["$defs"]["Terms"] = {"properties": terms["properties"]}
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    document["title"] = "expectations.yaml"
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _describe(definition: dict[str, Any], model: type[Entry]) -> None:
    for name, text in docstrings(model).items():
        if name in model.model_fields:
            key = model.model_fields[name].alias or name
            described = {**definition["properties"][key], "description": text}
            definition["properties"][key] = dict(sorted(described.items()))


_MATCHER = {
    "description": "What may stand in the place of a value; several keys hold together.",
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


def _or_matcher(definition: dict[str, Any], model: type[Entry]) -> None:
    """Let a matcher stand for a value, and a condition for a number, as the loader does."""
    for name in matching.fields(model, model.settings):
        key = model.model_fields[name].alias or name
        if key not in definition["properties"]:
            continue
        named = definition["properties"][key]
        described = {"description": named.pop("description")} if "description" in named else {}
        forms = named.pop("anyOf", [named] if named else [])
        more = [CONDITION] if matching.takes_conditions(model, name) else []
        if forms:  # where anything may stand, so may a matcher
            reference = {"$ref": "#/$defs/Matcher"}
            definition["properties"][key] = {**described, "anyOf": [*forms, *more, reference]}


_OF_AUTHOR: dict[str, Any] = {"^x-": {}}
_NAMES: dict[Key, str] = {
    keys.single: yaml_names.SINGLE, keys.inside: yaml_names.SINGLE,
    keys.in_schema: yaml_names.QUALIFIED,
}  # fmt: skip
"""Patterns of the names from which these functions make keys."""


def _names(definition: dict[str, Any], model: type[Entry]) -> None:
    """Let keys be the names that the loader takes, and, where keys are ours, those of an author."""
    if model.model_config.get("extra") == "forbid":
        definition["patternProperties"] = _OF_AUTHOR
    inner = of_file.named(model)
    family = family_of(inner.family) if inner is not None else None
    if pattern := _NAMES.get(family.key) if family is not None else None:
        definition["propertyNames"] = {"pattern": pattern}


def _either_case(definition: dict[str, Any], model: type[Entry]) -> None:
    """Let keywords of SQL be written in upper case too, as the loader does."""
    for name, field in model.model_fields.items():
        if any(getattr(part, "func", None) is in_lower_case for part in field.metadata):
            named = definition["properties"][field.alias or name]
            named["enum"] = [*named["enum"], *(word.upper() for word in named["enum"])]


def reference() -> str:
    """Return the index of every check, by category; the page of each lies beside its module."""
    parts = [
        NOTE,
        "# Checks",
        "Each check has a page that says what it looks at and shows cases; every case is run"
        " against a real PostgreSQL by the tests.",
    ]
    for name in CATEGORIES:
        checks = [c for c in every().values() if not c.name.startswith(f"{ANY}.")]
        parts.append(_section(name, [c for c in checks if category_of(c.name) == name]))
    parts.append(
        _section("every kind of object", [c for c in every().values() if c.name.startswith(ANY)])
    )
    return "\n\n".join(parts) + "\n"


def _section(title: str, checks: list[Check]) -> str:
    rows = [
        (f"[`{c.name}`](../../{c.page.relative_to(ROOT).as_posix()})", c.summary) for c in checks
    ]
    return f"## {title}\n\n{table(('Check', 'Says'), rows)}"


def options() -> str:
    """Return the table of settings."""
    rows = [
        (
            f"`--schema-{name.replace('_', '-')}{f' {metavar}' if metavar else ''}`",
            f"`schema_{name}`",
            f"`PYTEST_SCHEMA_{name.upper()}`",
            text,
        )
        for name, _, text, metavar in settings()
    ]
    pairs = [
        f"- `--schema-{one}` with `--schema-{other}`".replace("_", "-")
        for one, other, _ in CONTRADICTIONS
    ]
    parts = [
        NOTE,
        "# Settings",
        _SETTINGS,
        table(("Option", "ini key", "Environment", "Meaning"), rows),
        _APART,
        "\n".join(pairs),
        _KIND,
    ]
    return "\n\n".join(parts) + "\n"


_SETTINGS = """\
You can give each setting as an option, as an ini key or as an environment variable. The first of
these wins. A mistake in a setting ends the run with exit code 4 before anything is verified:

- A setting is empty. That usually comes from a variable that is not set:
  `--schema-dsn="$PRODUCTION"` would otherwise verify a disposable database. The value of a
  `--schema-var` may not be empty either, as in `region=`.
- An option or an ini key is almost one of these, but no plugin has it. Its value is not repeated.
- An environment variable begins with `PYTEST_SCHEMA_` and is none of these.
- A DSN cannot be read, or a file or a folder does not exist."""
_APART = """\
Some settings contradict each other, so the run refuses them together, wherever you gave them. The
message names both as you gave them, such as `--schema-dsn` or `PYTEST_SCHEMA_DSN`:"""
_KIND = """\
`--schema-server`, `--schema-bin-dir` and `--schema-image` also choose the kind of disposable
database, and contradict another `--schema-database`. With `--schema-dsn`, the last two may stay in
the ini file: they say where the database is built with which `migrations.deployed` compares the
existing one."""


def files() -> dict[Path, str]:
    """Return every generated file with its text."""
    docs = ROOT / "docs"
    return {
        ROOT / "pytest_schemaverify/expectations.schema.json": schema(),
        ROOT / "pytest_schemaverify/reports/formats/report.schema.json": report_schema.schema(),
        **language.pages(),
        docs / "reference/checks.md": reference(),
        docs / "reference/settings.md": options(),
        docs / "reference/command.md": f"{NOTE}\n\n{commands.page()}",
        docs / "reference/coverage.md": f"{NOTE}\n\n{catalogs.page()}",
        docs / "reference/presets.md": f"{NOTE}\n\n{presets.page()}",
        docs / "reference/plugins.md": f"{NOTE}\n\n{plugins.page()}",
        docs / "guides/pgtap.md": f"{NOTE}\n\n{pgtap.page()}",
        IDS: check_ids(),
    }


def check_ids() -> str:
    """Return the ids of all checks, and those that there have been: a line goes by hand only."""
    known = {*IDS.read_text(encoding="utf-8").split()} if IDS.exists() else set()
    return "\n".join(sorted(known | set(every()))) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the files."""
    stale = [
        path
        for path, text in files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        if "--check" in arguments:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run make generate\n")
        else:
            path.write_text(files()[path], encoding="utf-8")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
