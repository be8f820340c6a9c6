"""Each kind of object: a failed expectation names the statement that last changed it, or none."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_schemaverify.kinds.kind import Kind, family_of, folders
from tests.projects import Project
from tests.projects import project as project
from tests.verification.test_blame import places

_KINDS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "data/blamed.yaml").read_text()
)
_WITHOUT = {
    "access_tables": "what is tried has other causes",
    "data": "rows have other causes",
    "constraints": "they are checks, keys and exclusions",
    "databases": "no statement of a file changes the one that is built",
    "default_grants": "they are default_privileges",
    "privileges": "they are grants",
    "schema_defaults": "they are default_privileges",
    "subscriptions": "one wants a second server",
    "tablespaces": "one wants a folder of the server",
    "unmanaged": "it is about objects of the other kinds",
    "vector_columns": "they are columns",
    "vector_index": "they are indexes",
}


def merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    for key, value in second.items():
        both = isinstance(value, dict) and isinstance(first.get(key), dict)
        first[key] = merged(first[key], value) if both else value
    return first


def path(says: Any) -> list[str]:
    """Return the keys that lead to what an expectation says."""
    if not isinstance(says, dict):
        return []
    ((key, value),) = says.items()
    return [str(key), *path(value)]


@pytest.fixture
def found(project: Project) -> dict[str, str]:
    """The place that each failed item names, of one run over the statements of all kinds."""
    lines, says = [], {"migrations": {"directory": "migrations"}}
    for kind in _KINDS.values():
        lines += [f"{kind['make']};", f"{kind['change']};"]
        says = merged(says, deepcopy(kind["says"]))
    project.write("migrations/001_users.sql", "\n".join(lines) + "\n")
    project.expect(yaml.safe_dump(says, sort_keys=False))
    return places(project)


def test_of_each_kind_the_statement_that_changed_an_object_is_named(
    found: dict[str, str],
) -> None:
    wrong = {}
    for number, (name, kind) in enumerate(_KINDS.items()):
        how = {"named": "last named in ", "nothing": ""}.get(
            kind.get("found", ""), "last changed in "
        )
        expected = f"{how}migrations/001_users.sql:{2 * number + 2}" if how else ""
        keys = path(kind["says"])
        # An option is no item of its own: the last key may not be in an id.
        mine = _notes(found, keys) or _notes(found, keys[:-1])
        if mine != [expected]:
            wrong[name] = (mine, expected)
    assert not wrong, sorted(found)


def _notes(found: dict[str, str], keys: list[str]) -> list[str]:
    begun = ".".join(keys)
    return [note for item, note in found.items() if item.replace("::", ".").startswith(begun)]


def test_no_kind_is_forgotten() -> None:
    kinds = {name for name in folders() if isinstance(family_of(name), Kind)}
    assert kinds - _KINDS.keys() - _WITHOUT.keys() == set()
