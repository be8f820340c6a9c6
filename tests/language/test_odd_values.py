"""Whatever stands in a file of expectations, the answer is a message with its place."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from pytest_schemaverify.errors import SchemaVerifyError, SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.migrations.psql_commands import opened
from pytest_schemaverify.rehearsal.files import find_files
from pytest_schemaverify.rehearsal.recipe import recipe
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.planning.expectations import plan
from tests.projects import Project, shows_no_traceback, text_of
from tests.projects import project as project
from tools.schema_forms import types

LONG = "l" * 300
ROOT = Path(__file__).parents[2]
SCHEMA: Any = json.loads((ROOT / "pytest_schemaverify/expectations.schema.json").read_text())
NAME = "plpgsql"
"""A name that may stand for anything."""


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """Let nothing wait for ever."""

    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


# Every place of the language


def alternatives(schema: Any) -> Iterator[Any]:
    """Yield what may stand somewhere, without references."""
    while "$ref" in schema:
        found = SCHEMA
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from alternatives(one)
    else:
        yield schema


def filler(schema: Any) -> Any:
    """Return the simplest thing that may stand somewhere."""
    one = next(alternatives(schema))
    kind = [*types(one), "string"][0]
    simple = {
        "string": "x" * one.get("minLength", 1),
        "integer": 1,
        "number": 1,
        "boolean": True,
        "array": [],
    }
    if "enum" in one or "const" in one:
        return one.get("const", one.get("enum", [""])[0])
    if kind == "object":
        return {key: filler(one["properties"][key]) for key in one.get("required", ())}
    return simple[kind]


Place = tuple[tuple[tuple[str, Any], ...], str, Any, Any]
"""The keys that lead there, each with what has to stand beside the next; the last of them, what has
to stand beside it, and its schema."""


def places(schema: Any, path: tuple[tuple[str, Any], ...], seen: set[Any]) -> Iterator[Place]:
    """Yield every key of the language once."""
    for one in alternatives(schema):
        keys = dict(one.get("properties", {}))
        beside = {key: filler(keys[key]) for key in one.get("required", ())}
        if isinstance(one.get("additionalProperties"), dict):
            keys[NAME] = one["additionalProperties"]
        for key, inner in keys.items():
            # An entry stands in several places and is the same there; a matcher is about its place.
            matcher = "minProperties" in one
            known = (tuple(name for name, _ in path) if matcher else id(one), key)
            if known not in seen:
                seen.add(known)
                yield path, key, beside, inner
                yield from places(inner, (*path, (key, beside)), seen)


PLACES = list(places(SCHEMA, (), set()))


def document(place: Place, value: Any) -> str:
    path, key, beside, _ = place
    whole: dict[str, Any] = {}
    node = whole
    for name, others in path:
        node |= others
        node[name] = {}
        node = node[name]
    node |= {**beside, key: value}
    return yaml.dump(whole, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))


ODD: dict[str, Any] = {
    "a zero byte": "a\0b",
    "a mapping": {"a": {"b": "c"}},
    "a list of lists": [[]],
    "a mapping of nothing": {"": None},
    "a matcher of nothing": {"one_of": [None], "not": {"matches": "("}},
}


@pytest.mark.parametrize("value", ODD)
def test_what_cannot_stand_somewhere_is_told(value: str, tmp_path: Path) -> None:
    assert len(PLACES) > 1100
    told = 0
    for place in PLACES:
        text = document(place, ODD[value])
        try:
            spec, positions = load(text, "e.yaml", folder=tmp_path)
            plan(spec, positions, "e.yaml")
        except SpecError as error:
            told += 1
            for problem in error.problems:
                assert problem.startswith("e.yaml:"), (text, problem)
        except Exception as error:
            raise AssertionError(text) from error
    assert told > len(PLACES) / 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('tables: {"a\\0b": {}}', "1:10: tables: a zero byte"),
        ("tables: {a: {comment: !!int b}}", "1:23: tables.a.comment: cannot be read as int"),
        ("tables: {a: {comment: !!bool ''}}", "1:23: tables.a.comment: cannot be read as bool"),
        (f"data: {{a: {{rows: {'9' * 5000}}}}}", "1:18: data.a.rows: a number of 5,000 characters"),
        ("data: {a: {unique: [[]]}}", "1:21: data.a.unique.0: expected at least one item, found n"),
        ("data: {preserved: {a: {match: [[]]}}}", "1:24: data.preserved.a.match: expected columns"),
        ("data: {a: {each: {b: c}}}", "1:12: data.a.each: expected a list, found a mapping"),
        (
            "tables: {a: {grants: {b: {exactly: {contains: [slect]}}}}}",
            "1:37: tables.a.grants.b.exactly.contains: `slect` is no privilege",
        ),
        (
            "vars: {a: null}",
            "1:8: vars.a: expected a text, a number, `true` or `false`, found nothing",
        ),
        (
            "migrations: {placeholders: {a: [b]}}",
            "1:29: migrations.placeholders.a: expected a text (put it in quotes), a number, "
            "`true` or `false`, found a list",
        ),
        (
            "tables: {a: {grants: {b: {exactly: {not: null}}}}}",
            "1:37: tables.a.grants.b.exactly.not: expected a list, found nothing",
        ),
        (
            "tables: {a: {grants: {b: {without: {contains: select}}}}}",
            "1:27: tables.a.grants.b.without: containing select needs one value to look at",
        ),
        (
            "tables: {a: {comment: {matches: 'a{99999999999}'}}}",
            "1:24: tables.a.comment.matches: `matches` takes a regular expression: the repetition",
        ),
        (
            f"tables: {{a: {{comment: {{matches: '{'(' * 5000}'}}}}}}",
            "1:24: tables.a.comment.matches: `matches` takes a regular expression: maximum recurs",
        ),
        (
            "rules: {naming: {tables: '('}}",
            "1:9: rules.naming: `tables` is no regular expression: missing )",
        ),
        (
            "migrations: {directory: a, versions: {pattern: '('}}",
            "1:39: migrations.versions.pattern: a regular expression is expected here: missing )",
        ),
    ],
)
def test_the_place_is_told(text: str, problem: str) -> None:
    with pytest.raises(SpecError) as caught:
        plan(*load(text, "e.yaml"), "e.yaml")
    assert f"e.yaml:{problem}" in str(caught.value)


def test_where_files_are_read_as_ascii(project: Project) -> None:
    """As by a Python that is told so, in a locale that knows nothing else."""
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(
        command, cwd=project.path, env=environment, capture_output=True, check=False
    )
    assert result.returncode == 0, result.stdout.decode(errors="replace")


def test_a_variable_of_the_environment_with_odd_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODD_BYTES", os.fsdecode(b"a\xff"))
    with pytest.raises(SpecError, match="a byte that is not UTF-8"):
        load("tables: {a: {comment: '${env:ODD_BYTES}'}}", "e.yaml")


# Every path


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


MAKE: dict[str, Callable[[Path], object]] = {
    "a pipe": _pipe,
    "a socket": _socket,
    "a loop": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a folder": Path.mkdir,
    "a closed file": lambda path: path.touch(0),
    "no utf-8": lambda path: path.write_bytes(b"\xff\xfe\0\xff"),
    "nothing": lambda path: None,
}
NAMES = [
    "odd.sql",
    LONG,
    f"{LONG}*",
    "a**b",
    "**",
    "*",
    "",
    ".",
    "..",
    "/",
    "~nobody",
    "/dev/zero",
    "\n",
]
KEYS = {
    "include": "include: [{}]\ntables: {{a: {{}}}}",
    "directory": "migrations: {{directory: {}}}",
    **{
        key: f"migrations: {{{{directory: ., {key}: [{{}}]}}}}"
        for key in ("before", "seed", "apply", "rollback")
    },
    "prepare": "database: {{prepare: [{}]}}\ntables: {{a: {{}}}}",
    "extra": "database: {{platform: {{postgres: {{extra: [{}]}}}}}}\ntables: {{a: {{}}}}",
}


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("key", KEYS)
def test_an_odd_path_is_told_at_once(key: str, kind: str, tmp_path: Path) -> None:
    MAKE[kind](tmp_path / "odd.sql")
    (tmp_path / "001_a.sql").write_text("select 1;")
    began = time.monotonic()
    for name in NAMES if kind == "nothing" else NAMES[:1]:
        text = KEYS[key].format(json.dumps(name))
        try:
            spec, _ = load(text, "e.yaml", folder=tmp_path)
            files = find_files(spec, tmp_path, Config()) if spec.migrations else None
            made = recipe(spec, files, tmp_path)
            migrations = (*files.before, *files.apply, *files.rollback) if files else ()
            for one in (*made.first, *migrations):
                opened(one.path, one.text)
        except SchemaVerifyError:
            continue
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("name", [LONG, "odd.sql", "odd.sql/", "/dev/zero", "~", "''", "/", "*"])
@pytest.mark.parametrize("kind", ["a pipe", "a loop", "a link to a device", "a folder", "nothing"])
def test_an_odd_file_that_a_migration_includes(kind: str, name: str, tmp_path: Path) -> None:
    MAKE[kind](tmp_path / "odd.sql")
    (tmp_path / "001_a.sql").write_text(f"select 1;\n\\i {name}\n")
    spec, _ = load("migrations: {directory: .}", "e.yaml", folder=tmp_path)
    files = find_files(spec, tmp_path, Config())
    if "001_a" in "".join(migration.path.name for migration in files.apply):
        from pytest_schemaverify.rehearsal.statements import statements

        with pytest.raises(SchemaVerifyError, match="there is no file"):
            statements(files.apply[0])


OPTIONS = ("migrations", "backup", "spec", "bin-dir", "baseline", "since")


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("value", [LONG, "odd", "/dev/zero", "~nobody/x"])
def test_an_odd_path_of_an_option(project: Project, option: str, value: str) -> None:
    os.mkfifo(project.path / "odd")
    result = project.run(f"--schema-{option}={value}")
    text = text_of(result)
    assert shows_no_traceback(text), text
    assert result.ret in (4, 6), text
    assert "because" in text or "there is no such file" in text


def test_a_name_that_is_no_text_is_shown(project: Project) -> None:
    (project.path / "migrations" / os.fsdecode(b"002_\xff.sql")).write_text("selct 1;")
    command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "--junit-xml=junit.xml"]
    result = subprocess.run(command, cwd=project.path, capture_output=True, check=False)
    text = result.stdout.decode(errors="replace")
    assert shows_no_traceback(text), text
    assert result.returncode == 1, text
    assert "selct" in text
    assert ElementTree.parse(project.path / "junit.xml").find(".//failure") is not None
