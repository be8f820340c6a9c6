"""Every text that is run on somebody's database is vetted first."""

import ast
from pathlib import Path

import pytest_schemaverify

UNVETTED = {
    "verification/facts/facts.py": "what is asked to vet a text",
    "verification/facts/allowed_functions.py": "which functions the file allows",
    "verification/facts/routines.py": "bodies of the database's functions, which are not run",
}
"""Modules that open a session without a text of the file, and what they ask."""
READING = {
    "verification/facts/facts.py": "sessions, after the text was vetted",
    "verification/facts/deployed.py": "the catalog",
    "authoring/writing/large_objects.py": "the catalog, how many there are",
    "authoring/writing/draft.py": "the catalog, for objects of kinds that no key is about",
}
"""Modules that ask without a session. Canonical does, too, and vets what it plans."""


def _calls(name: str) -> list[tuple[str, ast.Call]]:
    package = Path(pytest_schemaverify.__file__).parent
    return [
        (str(path.relative_to(package)), node)
        for path in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
        and ast.unparse(node.func.value) in ("facts", "self")
    ]


def test_whoever_opens_a_session_names_the_text_that_it_runs() -> None:
    calls = _calls("session")
    without = {
        name
        for name, call in calls
        if not call.args or (isinstance(call.args[0], ast.Constant) and not call.args[0].value)
    }
    assert without == set(UNVETTED)
    vetted = {"verification/facts/calls.py", "verification/facts/vectors.py"}
    assert {name for name, _ in calls} == {*UNVETTED, *vetted}


def test_nobody_else_asks_without_a_session() -> None:
    assert {name for name, _ in _calls("reading")} == set(READING)
