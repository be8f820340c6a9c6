"""What is written reads back as what it was, and looks as a person would have written it."""

import math
import random
import string
from pathlib import Path
from typing import Any

import pytest

from pytest_schemaverify.language.scalars import Fraction
from pytest_schemaverify.language.variables import Variables
from pytest_schemaverify.language.writing import entry, flow, key, scalar, written
from pytest_schemaverify.language.yaml import Document

ROOT = Path(__file__).parents[2]
NASTY = [
    *("", " ", "a ", " a", "~", "null", "true", "No", "on", "<<", "=", "-", "--", "---", "--- a"),
    *("...", "... a", "?", "? a", "?a", ":", ":a", "a:", "a: b", "a :b", "a:b", "::", "-a", "- a"),
    *("a #b", "a#b", "#a", "a,b", "a, b", "[a]", "a]", "{a}", "a}", "text[]", "numeric(10,2)"),
    *("&a", "*", "*a", "!a", "|", ">", ">= 1", "%a", "@a", "`a`", "'", "''", "'a'", '"', '"a"'),
    *("it's", "\\", "\\d", "a'\\", "0", "003", "1.0", "1e3", "0x1f", "0o7", ".5", "-.inf", ".nan"),
    *("+1", "1_000", "12:30:00", "2024-01-01", "9" * 101, "${a}", "$${a}", "$$${a}", "${", "${a"),
    *("$", "a ${env:HOME:-x} b", "${a${b}}", "${a\nb}", "a\nb", "a\nb\n", "a\nb\n\n", "\na", "\n"),
    *(" a\nb", "\ta\nb", "a\n\tb", "a\n  b\n\nc", "a \n b ", "a\n   ", "a\n# b", "a\n---\nb"),
    *("a\r\nb", "a\rb", "\t", "a\tb", "a\x85b", "a\u2028b\nc", "\ufeff", "\ufeffa", "\x01", "\x7f"),
    *("\x9f", "\xa0", "\xa0a", "ä", "\u200b", "\ufffe", "\uffff", "\U0001f600", "\U0010ffff"),
    *("x" * 1100, "ä: " * 600, "\x01" * 300, "to_tsvector('english'::regconfig, content)"),
]


def read(text: str) -> Any:
    """Return what the file says, as the language reads it."""
    document = Document(text, Variables({}, environ={}).expanded)
    assert not document.problems, (document.problems, text)
    return document.data


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_a_text_reads_back_wherever_it_stands(text: str) -> None:
    data = {
        "value": text,
        "list": [text, "a"],
        "pairs": {"a": text, "b": [text, [text]]},
        "columns": {text: text, "z": {text: {text: {text: [{text: text}, text]}}}},
        "items": [[{"a": text}, text], {text: {text: text}, "b": text}],
        "end": text,
    }
    assert read(written(data)) == data
    assert read(written({text: data}, width=20)) == {text: data}
    assert read(flow(data)) == data
    assert read(f"a: {scalar(text)}") == {"a": text}
    assert read(f"? {key(text)}\n: [{scalar(text, inside=True)}]") == {text: [text]}


@pytest.mark.parametrize("column", [1, 4, 30])
def test_it_may_stand_anywhere(column: int) -> None:
    data = {text or "b": {"c": [text, {text: text}], "d": {text: text}} for text in NASTY}
    lines = written(data, column=column)
    assert all(line.startswith(" " * column) for line in lines.splitlines() if line)
    assert read(lines) == data


def some_text(source: random.Random) -> str:
    if source.random() < 0.3:
        return source.choice(NASTY)
    characters = source.choice(
        [string.ascii_lowercase, " :#,[]{}-?'\"\\\n$&*!|>%@`~ab01.\t", "\n a#-:", "${}$a\n"]
    )
    return "".join(source.choices(characters, k=source.randrange(12)))


def some_value(source: random.Random, depth: int) -> Any:
    kind = source.randrange(10 if depth else 6)
    if kind < 3:
        return some_text(source)
    if kind < 6:
        numbers = [source.randrange(-(10**20), 10**20), source.randrange(9), source.gauss(0, 1e9)]
        return source.choice([None, True, False, math.inf, 1e-7, 1e300, *numbers])
    if kind < 8:
        return [some_value(source, depth - 1) for _ in range(source.randrange(5))]
    return some_mapping(source, depth - 1)


def some_mapping(source: random.Random, depth: int) -> dict[str, Any]:
    keys = [source.choice([some_text(source), "columns"]) for _ in range(source.randrange(9))]
    return {name: some_value(source, depth) for name in keys}


@pytest.mark.parametrize("seed", range(8))
def test_any_values_read_back(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(300):
        data = {"a": 1, **some_mapping(source, 4)}
        width = source.choice([20, 60, 120])
        column = source.randrange(6)
        assert read(written(data, column=column, width=width)) == data
        assert read(flow(data)) == data


def test_a_number_keeps_its_digits_and_its_kind() -> None:
    data = {"a": Fraction("0.10"), "b": 1.0, "c": True, "d": 1, "e": "1", "f": -math.inf}
    assert written(data) == 'a: 0.10\nb: 1.0\nc: true\nd: 1\ne: "1"\nf: -.inf\n'
    assert {name: type(value) for name, value in read(written(data)).items()} == {
        "a": Fraction,
        "b": Fraction,
        "c": bool,
        "d": int,
        "e": str,
        "f": Fraction,
    }
    assert math.isnan(read(flow([math.nan]))[0])


def test_what_no_file_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="no YAML for bytes"):
        scalar(b"a")


GOLDEN = """\
version: 1
include: [schema/types.yaml, "*.yaml"]
database:
  platform: supabase
migrations:
  versions: {unique: true, pattern: '^\\d{3}_[a-z0-9_]+\\.sql$'}
  at:
    "003":
      data:
        ai_memories: {rows: 300}
        legacy_v2.unmapped_rows: {rows: ">= 1"}
extensions:
  vector: {version: ">= 0.8", schema: extensions}
types:
  status: [draft, active, "on hold, for now", "3", "003", 3rd, no]
tables:
  exact: true
  empty: {}
  user profiles:
    columns:
      id: uuid not null default gen_random_uuid()
      tags: text[] not null default '{}'
      search: {type: tsvector, generated: "to_tsvector('english'::regconfig, content)"}
      price: {type: "numeric(10,2)", nullable: false}
      "weird: one": text
      "#": text
      "*": text
    primary_key: [id]
    unique: [[id, user_id]]
    checks:
      name_not_blank: name ~ '\\S'
    rls:
      enabled: true
      policies:
        select_own: {command: select, roles: authenticated, using: (select auth.uid()) = user_id}
        all: {command: select, roles: [anon, authenticated], using: "true"}
        select_shared_of_everyone:
          command: select
          roles: authenticated
          using: (select auth.uid()) = user_id or id = any (array(select p.agent_id from shares))
    grants: {anon: [], authenticated: [select, insert]}
functions:
  keep_owner(): {returns: trigger, security: invoker, search_path: "", volatility: volatile}
  search(text, vector):
    returns: table
    body: |-
      select *
        from "memories"

      where '$${price}' <> ''
  many:
    a: 1
    b: 2
    c: 3
    d: 4
    e: 5
    f: 6
    g: 7
access:
  given:
    posts:
      - {id: 1, content: Hello, published: true}
      - content: |
          two
          lines
        id: 2
  names:
    - a_name_that_is_long_enough_to_fill_a_third_of_one_line
    - a_name_that_is_long_enough_to_fill_another_third_of_it
    - a_name_that_is_long_enough
"""


def test_it_looks_as_a_person_writes_it() -> None:
    assert written(read(GOLDEN)) == GOLDEN


def test_an_entry_stands_behind_its_column() -> None:
    value = {"command": "select", "roles": "authenticated"}
    assert entry("own", value, 8) == "        own: {command: select, roles: authenticated}\n"
    assert entry("own", value, 8, 40) == (
        "        own:\n          command: select\n          roles: authenticated\n"
    )
    assert entry("columns", {"id": "uuid"}, 4) == "    columns:\n      id: uuid\n"
    assert entry("columns", {}, 4) == "    columns: {}\n"
    assert entry("include", ["a"]) == "include: [a]\n"


@pytest.mark.parametrize("name", ["expectations.yaml", "behaviour.expectations.yaml"])
def test_the_worked_example_reads_back(name: str) -> None:
    data = read((ROOT / name).read_text())
    assert read(written(data)) == data
    assert read(flow(data)) == data
