"""`absent` and `exact` mean the same wherever a file names things, or the data here says why not.

What there is comes from the model: a mapping of names that is new, and has neither, fails.
"""

import typing
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pytest_schemaverify.kinds import KINDS
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.language.base import Entry, Named, Thing, Things
from pytest_schemaverify.language.include import model_at
from pytest_schemaverify.verification.planning.expectations import plan
from tools.models import models

NO_OBJECTS: Mapping[str, str] = {
    "AccessColumns": "`access: {exact: true}` is about everything that is reached",
    "AccessFunctions": "`access: {exact: true}` is about everything that is reached",
    "AccessTables": "`access: {exact: true}` is about everything that is reached",
    "AccessViews": "`access: {exact: true}` is about everything that is reached",
    "AllowedFunctions": "they are said of the file, and not of the database",
    "Data": "rows of other tables are `unmanaged`, which counts tables named here",
    "FunctionDoor": "`access: {exact: true}` is about everything that is reached",
    "Identities": "they are those of the file",
    "Preserved": "all other tables are compared as well, unless `except` names them",
    "Queries": "they are those of the file",
    "Stages": "they are moments of the migrations, and no objects",
    "TableAccess": "`access: {exact: true}` is about everything that is reached",
    "ViewDoor": "`access: {exact: true}` is about everything that is reached",
}
"""Mappings whose names are no objects of the catalog, and what says that there are no others."""
SETTINGS = "app.mode: x"
MAPPINGS: Mapping[str, str] = {
    "aggregates.definition": (
        "functions: {a(integer): {aggregate: {definition: {sspace: 8, exact: true}}}}"
    ),
    "languages.definition": "languages: {a: {definition: {handler: b, exact: true}}}",
    "types.definition": "types: {a: {definition: {input: b, exact: true}}}",
    "columns.options": (
        "tables: {a: {foreign: {server: s}, columns: {b: {options: {c: d, exact: true}}}}}"
    ),
    "databases.settings": f"database: {{settings: {{{SETTINGS}, exact: true}}}}",
    "databases.settings_of_every_role": (
        f"database: {{settings_of_every_role: {{{SETTINGS}, exact: true}}}}"
    ),
    "foreign_servers.options": "foreign_servers: {a: {options: {host: b, exact: true}}}",
    "foreign_tables.options": "tables: {a: {foreign: {server: s, options: {b: c, exact: true}}}}",
    "functions.settings": f"functions: {{a(): {{settings: {{{SETTINGS}, exact: true}}}}}}",
    "indexes.with": "tables: {a: {indexes: {b: {with: {fillfactor: 70, exact: true}}}}}",
    "indexes.statistics": "tables: {a: {indexes: {b: {statistics: {1: 70, exact: true}}}}}",
    "materialized_views.with": "materialized_views: {a: {with: {fillfactor: 70, exact: true}}}",
    "roles.database_settings": f"roles: {{a: {{database_settings: {{{SETTINGS}, exact: true}}}}}}",
    "roles.settings": f"roles: {{a: {{settings: {{{SETTINGS}, exact: true}}}}}}",
    "exclusions.with": ("tables: {a: {exclusions: {b: {with: {fillfactor: 70, exact: true}}}}}"),
    "primary_key.with": (
        "tables: {a: {primary_key: {columns: [id], with: {fillfactor: 70, exact: true}}}}"
    ),
    "unique_constraints.with": (
        "tables: {a: {unique_constraints: {b: {with: {fillfactor: 70, exact: true}}}}}"
    ),
    "tables.with": "tables: {a: {with: {fillfactor: 70, exact: true}}}",
    "tablespaces.with": "tablespaces: {a: {with: {seq_page_cost: 1, exact: true}}}",
    "text_search_configurations.mappings": (
        "text_search_configurations: {a: {mappings: {word: [simple], exact: true}}}"
    ),
    "wrappers.options": "wrappers: {a: {options: {debug: b, exact: true}}}",
}
"""Attributes of objects that are mappings of names, each in a file that wants no others."""
DEFINED: Mapping[str, str] = {
    "access_methods": "a",
    "collations": "a",
    "conversions": "a",
    "operator_families": "a using btree",
    "text_search_dictionaries": "a",
    "text_search_parsers": "a",
    "text_search_templates": "a",
    "transforms": "int language sql",
}
"""Kinds that are a name and a definition, each with a name."""
ALL = {
    **MAPPINGS,
    **{
        f"{kind}.definition": f"{kind}: {{{name}: {{definition: {{b: c, exact: true}}}}}}"
        for kind, name in DEFINED.items()
    },
}
NUMBERED = frozenset({"indexes.statistics"})
"""Mappings whose other keys are numbers, so that nothing in them is called `exact`."""
WITHOUT: Mapping[str, str] = {
    "types.attribute_comments": "attributes are a list, and `absent` says of each that it has none"
}
"""Mappings in which others cannot be forbidden, and why."""


def mappings() -> Iterator[type[Named]]:
    """Yield the models that hold named entries."""
    for model in models():
        if issubclass(model, Named):
            yield model


def attributes() -> Iterator[tuple[str, Any]]:
    """Yield the attributes of objects of the catalog that are mappings, with their types."""
    for model in models():
        if model.family in KINDS:
            for name, info in model.model_fields.items():
                if any(map(_is_mapping, typing.get_args(info.annotation))):
                    yield f"{model.family}.{info.alias or name}", info.annotation


def _is_mapping(annotation: Any) -> bool:
    return typing.get_origin(annotation) is dict or any(
        map(_is_mapping, typing.get_args(annotation))
    )


def test_other_names_can_be_forbidden_wherever_objects_are_named() -> None:
    without = {one.__name__ for one in mappings() if "exact" not in one.model_fields}
    assert without == set(NO_OBJECTS)


def test_each_named_object_can_be_absent() -> None:
    for model in mappings():
        if model.__name__ in NO_OBJECTS or model.__name__ == "VectorColumns":
            continue
        entry = model_at("*", model)
        assert isinstance(entry, type)
        assert issubclass(entry, Entry)
        said = entry.model_validate("absent")
        # Nothing is granted to a role whose privileges are absent.
        nothing = getattr(said, "absent", None) is True or getattr(said, "exactly", None) == []
        assert nothing, model


def test_what_is_absent_has_no_attributes() -> None:
    for model in models():
        if issubclass(model, Thing) and "comment" in model.model_fields:
            with pytest.raises(ValidationError, match="no other attributes"):
                model.model_validate({"absent": True, "comment": "x"})


def test_each_mapping_of_an_object_is_known_here() -> None:
    assert {name for name, _ in attributes()} == {*ALL, *WITHOUT}


@pytest.mark.parametrize("name", ALL)
def test_others_can_be_forbidden_in_each_mapping_of_an_object(name: str) -> None:
    spec, positions = load(ALL[name], "expectations.yaml")
    key = name.partition(".")[2]
    found = plan(spec, positions, "expectations.yaml")
    planned = [one for one in found if one.check.endswith(f".{key}")]
    whole = [one for one in planned if isinstance(one.expected, dict)]
    assert whole or any(isinstance(one.expected[1], frozenset) for one in planned)


@pytest.mark.parametrize(
    ("name", "annotation"), [one for one in attributes() if one[0] not in WITHOUT]
)
def test_exact_is_a_truth_value(name: str, annotation: Any) -> None:
    adapter = TypeAdapter(annotation)
    assert adapter.validate_python({"exact": False}) == {"exact": False}
    with pytest.raises(ValidationError, match="`exact` is `true` or `false`"):
        adapter.validate_python({"exact": "yes"})
    # In quotes of SQL it is the name of an option.
    if name not in NUMBERED:
        assert adapter.validate_python({'"exact"': "yes"})


def test_things_have_exact_from_one_place() -> None:
    for model in mappings():
        if issubclass(model, Things):
            assert model.family, model
