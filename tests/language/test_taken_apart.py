"""SQL that YAML reads otherwise than it looks is told with its place and what to type."""

import pytest
from pydantic import TypeAdapter

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.language.values import Sql

OPEN = (
    "and does not end; quotes around the whole text are YAML's, and ` #` begins a comment to it: "
    "write the whole as `\"title = 'a # b'\"`"
)
INSIDE = (
    "a text with commas, quotes or other signs stands in quotes as a whole: `\"a in ('b', 'c')\"`"
)
PROBLEMS = {
    "default: {a: 1}": (
        "expected a text (put it in quotes) or a matcher (`one_of`, `matches`, `not`, "
        "`contains`), found a mapping; to YAML `{` begins one: write "
        "`default: '''{\"a\": 1}'''`"
    ),
    "default: {}": "to YAML `{` begins one: write `default: \"'{}'\"`",
    "default: []": "to YAML `[` begins one: write `default: \"'{}'\"`",
    "default: [a, b]": "to YAML `[` begins one: write `default: \"'{a,b}'\"`",
    "default: [{a: it's}]": (
        "to YAML `[` begins one: write `default: '''[{\"a\": \"it''''s\"}]'''`"
    ),
    "default: 'it''s'": f"a quote or a comment of SQL begins in `it's` {OPEN}",
    "default: a || ' # ' || b": f"a quote or a comment of SQL begins in `a || '` {OPEN}",
    "default: 'a'::text": (
        "not YAML: expected key, found `:`; a text like this stands in quotes as a whole: "
        "`default: \"'a'::text\"`"
    ),
    'default: "a"::text': "a text like this stands in quotes as a whole: `default: '\"a\"::text'`",
    "check: {d: c in ('a', 'b')}": f"expected ',' or '}}', found `)`; inside of `{{` {INSIDE}",
    "check: {d: % 2 = 0}": "a text that begins with % has to be in quotes: `\"% 2 = 0\"`",
    "primary_key: [coalesce(a, 'b' || c)]": f"inside of `[` {INSIDE}",
    "default: a: b": "a text like this stands in quotes as a whole: `default: \"a: b\"`",
    "default: @a": "a text that begins with @ has to be in quotes: `\"@a\"`",
    "default: a #>> '{b}'": (
        "to YAML `#>> '{b}'` is a comment, and to PostgreSQL `#>>` is an operator; put the text "
        "into quotes: `\"a #>> '{b}'\"`"
    ),
    "default: a #- array['b']": "to PostgreSQL `#-` is an operator",
}  # fmt: skip
HARMLESS = (
    "default: 0 # '{a}'", "default: a #> the parent's", "default: \"a #>> '{b}'\"",
    "default: 'a #>> ''{b}'''", "default: now() # it's", "default: \"'it''s'\"",
    "# a #>> 'b'\n        default: a", "comment: it's", "default: x -> 'y' -- z",
)  # fmt: skip
FILE = "tables:\n  t:\n    columns:\n      c:\n        {}\n"


def problems(line: str) -> list[str]:
    try:
        load(FILE.replace("{}", line, 1), "e.yaml")
    except SpecError as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize("line", PROBLEMS)
def test_what_to_type_is_said_with_the_place(line: str) -> None:
    [told] = problems(line)
    assert ":5:" in told
    assert PROBLEMS[line] in told


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_read_as_it_looks_is_no_problem(line: str) -> None:
    assert problems(line) == []


@pytest.mark.parametrize("text", ["tables: [", "tables: {", 'tables: "'])
def test_what_is_open_at_the_end_is_told_with_its_place(text: str) -> None:
    for end in ("", "\n", "\n\n"):
        with pytest.raises(SpecError, match=r"e\.yaml:\d+:\d+: not YAML: ") as told:
            load(text + end, "e.yaml")
        assert "internal error" not in str(told.value)


@pytest.mark.parametrize(
    "end", [";", "; -- why\n;", " -- why", " -- why\n", " /* why */", "\n  -- why\n-- more "]
)
def test_a_comment_behind_an_expression_is_no_part_of_it(end: str) -> None:
    expression = "title = '--' -- one\n and /* two */ size > 0"
    assert TypeAdapter(Sql).validate_python(expression + end) == expression
    assert TypeAdapter(Sql).validate_python("a = '-- b'") == "a = '-- b'"


@pytest.mark.parametrize(
    "place",
    [
        "columns: {c: {default: {}}}", "columns: {c: {generated: {}}}", "checks: {c: {}}",
        "triggers: {c: {when: {}}}", "rewrite_rules: {c: {definition: {}}}",
        "rls: {policies: {c: {using: {}}}}", "indexes: {c: {where: {}}}",
    ],
)  # fmt: skip
def test_what_does_not_end_is_told_wherever_sql_is(place: str) -> None:
    file = "tables:\n  t:\n    " + place
    load(file.replace("{}", "\"a = 'b' -- c;\"", 1), "e.yaml")
    with pytest.raises(SpecError, match=r"e\.yaml:3:\d+: .* and does not end"):
        load(file.replace("{}", '"a = \'b"', 1), "e.yaml")
