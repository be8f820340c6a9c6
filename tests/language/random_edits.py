"""Random changes for files in every style of YAML, and texts that are nearly YAML."""

from pathlib import Path as File
from random import Random
from typing import Any

from pytest_schemaverify.language.edits import Add, Append, Change, Put, Remove
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.yaml import Document

ROOT = File(__file__).parents[2]
LARGE = [ROOT / "expectations.yaml", ROOT / "behaviour.expectations.yaml"]
SMALL = sorted((ROOT / "tests/data/yaml").glob("*.yaml"))

VALUES: list[tuple[str, Any, str]] = [
    ("zzz", "zzz", ""),
    ("12", 12, ""),
    ("true", True, ""),
    ("0.5", 0.5, ""),
    ("~", None, ""),
    ("'it''s: {new}, #1'", "it's: {new}, #1", ""),
    ('"ünï 😀"', "ünï 😀", ""),
    ("[a, 1]", ["a", 1], ""),
    ("{a: 1, b: [2]}", {"a": 1, "b": [2]}, ""),
    ("a: 1\nb:\n  c: x", {"a": 1, "b": {"c": "x"}}, "{a: 1, b: {c: x}}"),
    ("- x\n- y: 1\n  z: 2", ["x", {"y": 1, "z": 2}], "[x, {y: 1, z: 2}]"),
    ("|\n  begin\n    # no comment\n  end\n", "begin\n  # no comment\nend\n", '"…"'),
    (">-\n  folded\n  text", "folded text", "folded text"),
    ("'of two\n\n  paragraphs'", "of two\nparagraphs", ""),
    ("[a,\n b,\n c]", ["a", "b", "c"], "[a, b, c]"),
]
BEGIN_IN_BRACES = '"begin\\n  # no comment\\nend\\n"'
KEYS = ["new", "two words", "003", "on", "a: b", "ключ", "🎉", "{x}", "select (a)", "#", "<<", ""]


BROKEN = [*" \n-:?#,[]{}'\"|>&*!%@`~\t\r\u2028", "- ", ": ", "\n  ", "\n- ", " # x\n", "&a ", "*a"]
BROKEN += ["<<: ", "|+\n", "{}", "[]", "...\n", "---\n", "!!str "]
"""What comes into a text that is to be nearly YAML."""


def read(file: File) -> str:
    """Return the text of a file to the byte."""
    return file.read_bytes().decode()


def random_changes(document: Document, random: Random) -> list[Change]:
    """Return one change or several, each of which can be made beside the others."""
    count = random.choice([1, 1, 1, 1, 2, 3, 6])
    found: list[Change] = []
    for _ in range(count):
        change = random_change(document, random)
        if not any(_touch(change, other) for other in found):
            found.append(change)
    return found


def _touch(one: Change, other: Change) -> bool:
    """Return whether two changes cannot both be made, or say something about the same value."""
    first, second = sorted((target(one), target(other)), key=len)
    both_new = isinstance(one, Append) and isinstance(other, Append)
    return second[: len(first)] == first and not both_new


def target(change: Change) -> Path:
    """Return what a change is about; what it adds has a path of its own."""
    if isinstance(change, Append):
        return (*change.path, "-")
    return (*change.path, change.key) if isinstance(change, Add) else change.path


def random_change(document: Document, random: Random) -> Change:
    """Return a change of any value of a file, or behind it."""
    text, value, flow = random.choice(VALUES)
    flow = BEGIN_IN_BRACES if flow == '"…"' else flow
    paths = [path for path in document.positions if path]
    path = random.choice(paths) if paths else ()
    what = random.choice(["put", "put", "add", "remove"]) if path else "add"
    if what == "put":
        return Put(path, text, value, flow)
    if what == "remove":
        return Remove(path)
    path = random.choice([path, path[:-1]])
    held = document.data
    for part in path:
        held = held[part]
    if isinstance(held, list):
        return Append(path, text, value, flow)
    if held is None or isinstance(held, dict):
        free = [key for key in KEYS if not held or key not in held]
        return Add(path, random.choice(free), text, value, flow)
    return Put(path, text, value, flow)


def garbled(text: str, random: Random) -> str:
    """Return a text with some characters less, more, or twice."""
    for _ in range(random.choice([1, 1, 2, 3, 5])):
        at, other = random.randrange(len(text) + 1), random.randrange(len(text) + 1)
        new = random.choice([random.choice(BROKEN), text[other : other + 9], ""])
        text = text[:at] + new + text[at if new else at + random.choice([1, 2, 5]) :]
    return text
