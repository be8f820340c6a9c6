"""Names as people write them in YAML: what they mean, and that the JSON Schema takes the same."""

import re
from collections.abc import Callable

import jsonschema
import pytest

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.language.writing import written
from pytest_schemaverify.language.yaml import Document
from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.sql.names import BadName
from pytest_schemaverify.verification.planning.expectations import plan
from tests.test_generated import SCHEMA

POLICY: dict[str, str | None] = {
    "notes_own": "notes_own",
    "Notes_Own": "notes_own",
    '"Notes_Own"': "Notes_Own",
    "Allow full access to own profiles": "Allow full access to own profiles",
    "allow Full access": "allow Full access",
    "Read (all) + write": "Read (all) + write",
    "uuid-ossp": "uuid-ossp",
    "2fa": "2fa",
    "Can't read": "Can't read",
    'only "admins"': 'only "admins"',
    " blank in front": " blank in front",
    "v1.0 is read by all": "v1.0 is read by all",
    "n" * 70 + " x": "n" * 63,
    '"storage.read"': "storage.read",
    "storage.read": None,
    'public."Read all"': None,
    "": None,
    " ": None,
    '"open': None,
    '"a" b': None,
    "2) not null": None,
}
"""Names of policies, and what they are to the server; None for what is none."""
TABLE: dict[str, tuple[str, ...] | None] = {
    "Users": ("public", "users"),
    '"Users"': ("public", "Users"),
    "order items": ("public", "order items"),
    "App.Order items": ("app", "Order items"),
    'my-app."Order items"': ("my-app", "Order items"),
    '"v1.0"': ("public", "v1.0"),
    "a.b.c": None,
    "a. .b": None,
    ".a b": None,
    'say "hi"': None,
}


@pytest.mark.parametrize(("text", "name"), POLICY.items(), ids=map(repr, POLICY))
def test_a_text_is_the_name_of_a_policy_for_the_loader_and_the_schema(
    text: str, name: str | None
) -> None:
    assert meant(text, yaml_names.single) == name
    assert told({"tables": {"t": {"rls": {"policies": {text: {}}}}}}) == (name is None)


@pytest.mark.parametrize(("text", "name"), TABLE.items(), ids=map(repr, TABLE))
def test_a_text_is_the_name_of_a_table_for_the_loader_and_the_schema(
    text: str, name: tuple[str, ...] | None
) -> None:
    assert meant(text, lambda one: yaml_names.qualified(one, "public")) == name
    assert told({"tables": {text: {}}}) == (name is None)


@pytest.mark.parametrize("text", [one for one, name in POLICY.items() if one.strip() and not name])
def test_a_message_says_what_to_type_and_that_means_the_name(text: str) -> None:
    with pytest.raises(BadName) as error:
        yaml_names.single(text)
    [typed] = re.findall(r"'\".*\"'", str(error.value).partition(text)[2])
    assert yaml_names.single(Document(typed).data) == text


def test_patterns_have_blanks_too() -> None:
    assert yaml_names.single_pattern("Users can *") == "Users can *"
    assert yaml_names.single_pattern("Audit_*") == "audit_*"
    assert yaml_names.single_pattern("Read [all] *") == "Read [[]all] *"
    assert yaml_names.pattern('app."a*".Order *') == ("app", "a[*]", "Order *")


def meant(text: str, read: Callable[[str], object]) -> object:
    try:
        return read(text)
    except BadName:
        return None


def told(data: dict[str, object]) -> bool:
    """Return whether a file is refused, which loader and JSON Schema have to agree about."""
    text = written(data)
    try:
        plan(*load(text, "e.yaml"), "e.yaml")
        refused = False
    except SpecError:
        refused = True
    schema = not SCHEMA.is_valid(Document(text).data)
    assert schema == refused, "the JSON Schema and the loader do not agree"
    return refused


AUTHOR = """
x-common: &common {created_at: timestamptz, x-note: ours}
x-what: [ever, "${NOWHERE}", {a: b}]
tables:
  notes: {x-owner: platform team, columns: {<<: *common}}
"""


def test_keys_of_an_author_are_taken_where_keys_are_ours() -> None:
    spec, _ = load(AUTHOR, "e.yaml")
    SCHEMA.validate(Document(AUTHOR).data)
    [(_, table)] = spec.tables.items()
    # Below `columns` stand names, and `x-note` is one.
    assert [name for name, _ in table.columns.items()] == ["created_at", "x-note"]


def test_only_keys_that_begin_with_x_and_a_hyphen_are_an_authors() -> None:
    for text in ("xcommon: {}", "X-common: {}", "tables: {a: {y-note: b}}"):
        with pytest.raises(SpecError, match="unknown key"):
            load(text, "e.yaml")
        with pytest.raises(jsonschema.ValidationError):
            SCHEMA.validate(Document(text).data)
