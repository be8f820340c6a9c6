"""A preset is a word for rules; those that the file names beside it have the last word."""

import json
from importlib.metadata import version

import jsonschema
import pytest

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.language.presets import PRESETS, RULES, Held, rules_of
from pytest_schemaverify.language.rules import Rules
from pytest_schemaverify.language.yaml import Document
from pytest_schemaverify.verification.planning.expectations import plan
from tools.generate import ROOT

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((ROOT / "pytest_schemaverify/expectations.schema.json").read_text("utf-8"))
)


def planned(text: str) -> dict[str, str]:
    """Return the rules that a file plans, each with the preset that asks for it."""
    spec, positions = load(text, "expectations.yaml")
    found = plan(spec, positions, "expectations.yaml")
    return {one.check.removeprefix("rules."): one.preset for one in found}


def problem(text: str) -> str:
    with pytest.raises(SpecError) as error:
        load(text, "expectations.yaml")
    return str(error.value)


def test_every_rule_is_known_and_every_preset_has_those_before_it() -> None:
    assert RULES.keys() == Rules.model_fields.keys() - {"preset"}
    recommended, supabase, strict = map(rules_of, PRESETS)
    assert recommended < supabase < strict
    assert strict == {rule for rule, held in RULES.items() if held.preset}


def test_no_rule_joins_a_preset_with_a_patch_or_a_version_to_come() -> None:
    here = tuple(map(int, version("pytest-schemaverify").split(".")[:2]))
    for rule, held in RULES.items():
        since = tuple(map(int, held.since.split(".")))
        assert len(since) == 2, rule
        assert since <= here, rule


def test_a_preset_with_a_version_lacks_what_joined_later(monkeypatch: pytest.MonkeyPatch) -> None:
    later = {**RULES, "primary_key": Held("recommended", "0.10", "correctness")}
    monkeypatch.setattr("pytest_schemaverify.language.presets.RULES", later)
    assert rules_of("strict") - rules_of("strict@0.9") == {"primary_key"}
    assert rules_of("strict@0.10") == rules_of("strict")


@pytest.mark.parametrize("written", [*PRESETS, "supabase@0.1"])
def test_each_form_plans_the_rules_of_its_preset(written: str) -> None:
    wanted = dict.fromkeys(rules_of(written), written)
    assert planned(f"rules: {written}") == wanted
    assert planned(f"rules: {{preset: {written}}}") == wanted


def test_what_the_file_names_itself_has_the_last_word() -> None:
    found = planned(
        "rules:\n  preset: supabase\n  foreign_keys_indexed: false\n  primary_key: true\n"
        "  rls_forced: {except: {events: it is public}}\n  naming: {tables: '^[a-z_]+$'}\n"
    )
    assert "foreign_keys_indexed" not in found
    own = {"primary_key": "", "rls_forced": "", "naming": ""}
    assert {rule: found[rule] for rule in own} == own
    assert found["row_level_security"] == "supabase"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "rules: supabse",
            ":1:1: rules: `supabse` is no preset of rules, did you mean `supabase`?",
        ),
        ("rules: all", "there are `recommended`, `supabase`, `strict`"),
        ("rules: {preset: strct}", ":1:9: rules.preset: `strct` is no preset of rules"),
        ("rules: supabase@9.1", "write `supabase@0.1`"),
        ("rules: supabase@0.0", "write `supabase@0.1`"),
        ("rules: supabase@1.x", "expected a version behind the `@`"),
        (
            "rules: [recommended, strict]",
            "expected one preset, or rules, found a list; each preset",
        ),
        ("rules: true", "expected one preset, or rules, found `true`"),
        ("rules: {preset: strict, primry_key: false}", "did you mean `primary_key`?"),
    ],
)
def test_a_preset_that_is_none_says_what_to_write(text: str, told: str) -> None:
    assert told in problem(text)
    if "@9" not in text and "@0.0" not in text:  # the JSON Schema knows no versions
        with pytest.raises(jsonschema.ValidationError):
            SCHEMA.validate(Document(text).data)


@pytest.mark.parametrize(
    "text", ["rules: strict", "rules: supabase@0.1", "rules: {preset: recommended, naming: {}}"]
)
def test_the_json_schema_takes_presets(text: str) -> None:
    SCHEMA.validate(Document(text).data)
