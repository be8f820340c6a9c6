"""SQL cut into tokens by the rules of PostgreSQL, wherever that is done."""

from pathlib import Path

import pytest

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.ledger.content import difference
from pytest_schemaverify.sql.lexical import without_comments
from pytest_schemaverify.sql.names import BadName, parts, split
from pytest_schemaverify.sql.tokens import spans, tokens
from pytest_schemaverify.sql.typenames import is_type, sized

TOKENS = {
    "a -- b\nc": ["a", "c"],
    "a --b\rc": ["a", "c"],
    "a /* b /* c */ d */ e": ["a", "e"],
    "a/**/b": ["a", "b"],
    "'it''s' e'it\\'s' U&'d\\0061t' B'01' x'1F' N'a'": [
        "'it''s'", "e'it\\'s'", "U&'d\\0061t'", "B'01'", "x'1F'", "N'a'"
    ],
    "'a\\' b": ["'a\\'", "b"],
    "e'a\\''\n 'b\\'c' d": ["e'a\\''\n 'b\\'c'", "d"],
    "the'x'": ["the", "'x'"],
    "$$a$b$$ $a$ $$ ' $a$ b$c$ $1 $": ["$$a$b$$", "$a$ $$ ' $a$", "b$c$", "$1", "$"],
    '"a""B" U&"a" A': ['"a""B"', 'U&"a"', "a"],
    "É日本😀 ÄB": ["É日本😀", "Äb"],
    "a=-1 b@-1 c<>d -- +": ["a", "=", "-", "1", "b", "@-", "1", "c", "<>", "d"],
    "a*/* x */b": ["a", "*", "b"],
    "1.5e-3 1..2 .5 1_000": ["1.5e-3", "1", "..", "2", ".5", "1_000"],
    "a::b[1:2] := c": ["a", "::", "b", "[", "1", ":", "2", "]", ":=", "c"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TOKENS.items())
def test_tokens(text: str, expected: list[str]) -> None:
    assert [token.text for token in tokens(text)] == expected


@pytest.mark.parametrize("rest", ["'b c", '"b c', "$$b c", "$b$ c $$", "/* b /* c */", "e'b\\'"])
def test_what_nothing_closes_is_one_token_that_is_none_of_sql(rest: str) -> None:
    (_, _, _), *_, (last, start, end) = spans(f"a {rest}")
    assert last.kind == "open"
    assert (rest.endswith(last.text), end) == (True, start + len(last.text))


def test_names_are_as_the_catalog_has_them() -> None:
    assert [one.name for one in tokens('A "A""b" U&"c" É')] == ["a", 'A"b', "c", "É"]
    assert parts('App."x.y".É😀') == ("app", "x.y", "É😀")
    with pytest.raises(BadName):
        parts("1a")


def test_lists_are_split_outside_of_everything_that_is_quoted() -> None:
    text = """a, e'b\\',c', $$d,e$$, f(g, h), "i,j", k$$l, m$$"""
    assert split(text) == ["a", "e'b\\',c'", "$$d,e$$", "f(g, h)", '"i,j"', "k$$l", "m$$"]


COMMENTS = {
    "a -- b\nc": "a  \nc",
    "'-- a' /* b /* c */ d */ e": "'-- a'   e",
    "$$ a -- it's\n 'b' $q$ /* c */ $q$ $$ -- d": "$$ a  \n 'b' $q$   $q$ $$  ",
    "$$ /* a $$; b /* */": "$$  $$; b  ",
    "$a$ -- b": "$a$  ",
    "e'\\'-- a' -- b": "e'\\'-- a'  ",
    'a "--" -- b': 'a "--"  ',
}


@pytest.mark.parametrize(("text", "expected"), COMMENTS.items())
def test_comments_are_left_out_of_code_at_any_depth(text: str, expected: str) -> None:
    assert without_comments(text) == expected


def test_types_of_vectors_count_where_they_are_code() -> None:
    text = (
        "create function f(a extensions.vector(3)) as $$ select 'vector(4)', b::HALFVEC ( 5 )"
        " -- vector(6)\n /* /* */ vector(7) */ from vectors(8), vector $$; sparsevec(9)"
    )
    found = [*sized(text)]
    assert [(name, length) for name, length, _ in found] == [
        ("vector", 3), ("halfvec", 5), ("sparsevec", 9)
    ]  # fmt: skip
    assert all(text[start:].lower().startswith(name) for name, _, start in found)


def test_a_bracket_in_a_comment_closes_no_type() -> None:
    assert not is_type("int /* ( */ ), (select 1")
    assert is_type("numeric(10, /* ) */ 2)")


@pytest.mark.parametrize(
    ("file", "applied", "same"),
    [
        ("select a,\n  b -- c\n from /* d /* */ */ t;", "select a, b from t", True),
        ("select e'\\'  --', 1;", "select e'\\' --', 1", False),
        ("select 'a  b';", "select 'a b'", False),
        ("do $$ a\r\n b $$;", "do $$ a\n b $$", True),
    ],
)
def test_an_applied_statement_is_compared_without_blanks_and_comments(
    tmp_path: Path, file: str, applied: str, same: bool
) -> None:
    path = tmp_path / "001_a.sql"
    path.write_bytes(file.encode())
    assert (difference(Migration(path, "001", "a"), [applied]) is None) == same
