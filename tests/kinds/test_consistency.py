"""The model of the file, the checks, the facts and the categories are lists of the same names."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from pytest_schemaverify.kinds import KINDS, Kind, category_of, every, family_of, find
from pytest_schemaverify.kinds.contract import Unmanaged
from pytest_schemaverify.kinds.kind import folders, names_in, package_of
from pytest_schemaverify.kinds.snapshot import families
from pytest_schemaverify.language.base import Entry, Terms, Thing, Things
from pytest_schemaverify.language.rules import Rule
from tools.models import models


def _planned() -> Iterator[str]:
    """Yield every check that the model can plan."""
    for model in models():
        if not model.family:
            continue
        yield from (f"{model.family}.{name}" for name in model.implied)
        if model.without_exact:
            yield model.without_exact
        if issubclass(model, Thing):
            yield f"{model.family}.absent"
        for name, field in model.model_fields.items():
            annotation = field.annotation
            inner = any(map(_is_entry, [annotation, *getattr(annotation, "__args__", [])]))
            own = issubclass(model, Terms) and name in model.expectations
            if name not in model.settings and (own or not inner):
                yield f"{model.family}.{name.rstrip('_')}"


def _is_entry(annotation: object) -> bool:
    if not isinstance(annotation, type) or issubclass(annotation, Rule):
        return False
    return issubclass(annotation, Entry)


def test_every_key_of_the_file_has_its_check() -> None:
    for name in _planned():
        assert find(name), name


def test_every_check_is_planned_by_a_key_of_the_file() -> None:
    planned = set(_planned())
    assert [n for n in every() if not n.startswith("any.") and n not in planned] == []


@pytest.mark.parametrize("name", sorted(set(_planned())))
def test_every_check_counts_in_a_category(name: str) -> None:
    assert category_of(name)


def test_things_keep_their_names_beside_exact() -> None:
    for model in models():
        if issubclass(model, Things):
            assert set(model.model_fields) == {"exact"}


NO_KINDS = {
    "defined": "kinds that are a name and a definition",
    "any": "checks that every kind has",
    "allow_functions": "functions that the file answers for",
    "contract": "the shape of the whole file",
    "unmanaged": "objects that the file does not name",
}
"""Folders beside the kinds, and what is in them."""


PARTS = {
    "aggregates": "functions are", "constraints": "they are checks, keys and exclusions",
    "databases": "the file is about one", "default_grants": "default privileges are",
    "grants": "they are privileges on objects", "memberships": "`roles` says them",
    "materialized_views": "views are", "foreign_tables": "tables are", "ranges": "types are",
    "partitions": "they belong to their table", "privileges": "they are those of a role",
    "schema_defaults": "default privileges are",
    **dict.fromkeys(
        ("columns", "not_null", "primary_key", "unique_constraints", "checks", "exclusions",
         "foreign_keys", "indexes", "rls", "policies", "triggers", "rewrite_rules", "statistics"),
        "`details` of the table has them",
    ),
    "domain_checks": "`details` of the type has them",
    "published_tables": "`details` of the publication has them",
    "user_mappings": "`details` of the server has them",
}  # fmt: skip
"""Kinds for which `unmanaged` has no key, and why: what is named instead."""


def test_unmanaged_has_a_key_for_every_kind_or_says_what_has_it() -> None:
    keys = set(Unmanaged.model_fields) - {"details", *Unmanaged.settings}
    assert keys & PARTS.keys() == set()
    assert set(KINDS) == keys | PARTS.keys()


def test_every_folder_of_a_kind_is_listed() -> None:
    beside = {name for name, folder in folders().items() if folder.parent.name == "kinds"}
    beside |= {folder.name for folder in folders().values() if folder.parent.name == "kinds"}
    assert beside == {*KINDS, *NO_KINDS}
    assert len(set(KINDS)) == len(KINDS)


@pytest.mark.parametrize("name", sorted(folders()))
def test_a_kind_has_rows_in_a_snapshot(name: str) -> None:
    kind = family_of(name)
    if isinstance(kind, Kind):
        assert set(kind.families) <= families().keys()


COMPARED = [
    pytest.param(folder, name, id=f"{family}.{name}")
    for family, folder in sorted(folders().items())
    if "attributes.py" in names_in(folder)
    for name in import_module(f"{package_of(folder)}.attributes").ATTRIBUTES
]


@pytest.mark.parametrize(("folder", "name"), COMPARED)
def test_what_is_compared_is_a_field_of_a_row_and_has_a_page(folder: Path, name: str) -> None:
    check = find(f"{folder.name}.{name}")
    assert check.page.exists()
    kind = family_of(folder.name)
    assert isinstance(kind, Kind)
    rows = [get_type_hints(families()[one].read)["return"] for one in kind.families]
    modules = [sys.modules[get_args(row)[0].__module__] for row in rows]
    found = [(module, one) for module in modules for one in vars(module).values()]
    # Those that a module imports have attributes as well: Path has a `name` and an `owner`.
    classes = [
        one for module, one in found if isinstance(one, type) and one.__module__ == module.__name__
    ]
    assert any(hasattr(one, check.field) for one in classes), f"no row has a field {check.field}"
