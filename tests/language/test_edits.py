"""What a change makes of a text, style by style, and what it refuses."""

from typing import Any

import pytest

from pytest_schemaverify.language.edits import (
    Add,
    Append,
    Change,
    Put,
    Refused,
    Remove,
    applied,
    applied_where_possible,
)
from pytest_schemaverify.language.places import Path


def _block(kind: type, *where: Any) -> Any:
    return kind(*where, "x: 1\ny: 2", {"x": 1, "y": 2}, "{x: 1, y: 2}")


def _list(kind: type, *where: Any) -> Any:
    return kind(*where, "- x\n- y", ["x", "y"], "[x, y]")


def _one(kind: type, *where: Any) -> Any:
    return kind(*where, "1", 1)


def _body(kind: type, *where: Any) -> Any:
    return kind(*where, "|\n  one\n  two\n", "one\ntwo\n")


CASES: list[tuple[str, str, list[Change], str]] = [
    # Values
    ("comment", "a: 0  # c\nb: 2\n", [_one(Put, ("a",))], "a: 1  # c\nb: 2\n"),
    ("quotes beside", "a: 'x'\nb: \"y\"\n", [_one(Put, ("b",))], "a: 'x'\nb: 1\n"),
    ("no value", "a:  # c\nb:\n", [_one(Put, ("a",))], "a: 1  # c\nb:\n"),
    ("to nothing", "a: 1 # c\n", [Put(("a",), "", None)], "a: # c\n"),
    ("to a block", "a: 0  # c\nb: 2\n", [_block(Put, ("a",))], "a:  # c\n  x: 1\n  y: 2\nb: 2\n"),
    ("to a list", "a: 0\n", [_list(Put, ("a",))], "a:\n  - x\n  - y\n"),
    ("to a text", "a: 0  # c\nb: 2\n", [_body(Put, ("a",))], "a: |  # c\n  one\n  two\nb: 2\n"),
    (
        "from a block",
        "a:  # c\n  b: 1\n\n# d\ne: 2\n",
        [_one(Put, ("a",))],
        "a: 1  # c\n\n# d\ne: 2\n",
    ),
    ("from a text", "a: >-  # c\n  x\n\n  y\n\nb: 2\n", [_one(Put, ("a",))], "a: 1  # c\n\nb: 2\n"),
    ("from two lines", "a: one\n  two  # c\nb: 2\n", [_one(Put, ("a",))], "a: 1  # c\nb: 2\n"),
    ("text to block", "a: |\n  x\nb: 2\n", [_block(Put, ("a",))], "a:\n  x: 1\n  y: 2\nb: 2\n"),
    ("block to text", "a:\n    b: 1\nc: 2\n", [_body(Put, ("a",))], "a: |\n  one\n  two\nc: 2\n"),
    (
        "four spaces",
        "a:\n    b: 1\nc: 2\n",
        [_block(Put, ("c",))],
        "a:\n    b: 1\nc:\n    x: 1\n    y: 2\n",
    ),
    ("item", "a:\n- b\n- c  # d\n", [_one(Put, ("a", 1))], "a:\n- b\n- 1  # d\n"),
    ("item to block", "- a\n- b\n", [_block(Put, (0,))], "- x: 1\n  y: 2\n- b\n"),
    ("item from block", "- a: 1\n  b: 2\n- c\n", [_one(Put, (0,))], "- 1\n- c\n"),
    ("item to text", "- a: 1\n  b: 2\n- c\n", [_body(Put, (0,))], "- |\n  one\n  two\n- c\n"),
    ("no item", "- \n-\n", [_one(Put, (1,))], "- \n- 1\n"),
    (
        "in braces",
        "a: {b: 0, c: 2}  # d\n",
        [_block(Put, ("a", "b"))],
        "a: {b: {x: 1, y: 2}, c: 2}  # d\n",
    ),
    ("only a key", "a: {b, c}\n", [_one(Put, ("a", "b"))], "a: {b: 1, c}\n"),
    ("json", '{"a":0,"b":2}', [_one(Put, ("a",))], '{"a": 1,"b":2}'),
    (
        "explicit key",
        "? a\n: 0\n? b\n",
        [_one(Put, ("a",)), _one(Put, ("b",))],
        "? a\n: 1\n? b\n: 1\n",
    ),
    ("own line", "a:\n  0\nb: 2\n", [_one(Put, ("a",))], "a:\n  1\nb: 2\n"),
    ("beyond the BMP", "😀: 🎊  # 🎉\nb: 0 # é\n", [_one(Put, ("b",))], "😀: 🎊  # 🎉\nb: 1 # é\n"),
    ("escaped variable", "a: $${b}\n", [_one(Put, ("a",))], "a: 1\n"),
    # New keys
    (
        "last key",
        "a: 1  # c\n\n# The end.\n",
        [_one(Add, (), "k")],
        "a: 1  # c\nk: 1\n\n# The end.\n",
    ),
    (
        "siblings",
        "a:\n    b: 1\nc: 2\n",
        [_block(Add, ("a",), "k")],
        "a:\n    b: 1\n    k:\n        x: 1\n        y: 2\nc: 2\n",
    ),
    (
        "comment of a sibling",
        "a:\n  b: 1\n  # c: 2\nd: 3\n",
        [_one(Add, ("a",), "k")],
        "a:\n  b: 1\n  # c: 2\n  k: 1\nd: 3\n",
    ),
    (
        "behind a text",
        "a:\n  b: |\n    x\n\nc: 2\n",
        [_one(Add, ("a",), "k")],
        "a:\n  b: |\n    x\n  k: 1\n\nc: 2\n",
    ),
    ("behind blank lines", "a: |+\n  x\n\n", [_one(Add, (), "k")], "a: |+\n  x\n\nk: 1\n"),
    ("lists at the key", "a:\n- b\n", [_list(Add, (), "k")], "a:\n- b\nk:\n- x\n- y\n"),
    (
        "into nothing",
        "a:  # c\nb: 2\n",
        [_block(Add, ("a",), "k")],
        "a:  # c\n  k:\n    x: 1\n    y: 2\nb: 2\n",
    ),
    ("into a comment", "a:\n  # c\nb: 2\n", [_one(Add, ("a",), "k")], "a:\n  # c\n  k: 1\nb: 2\n"),
    ("into null", "a: ~  # c\n", [_one(Add, ("a",), "k")], "a:  # c\n  k: 1\n"),
    ("into {}", "a: {}  # c\n", [_one(Add, ("a",), "k")], "a: {k: 1}  # c\n"),
    (
        "a block into {}",
        "a: {}  # c\n",
        [_block(Add, ("a",), "k")],
        "a:  # c\n  k:\n    x: 1\n    y: 2\n",
    ),
    ("into braces", "a: {b: 2}\n", [_block(Add, ("a",), "k")], "a: {b: 2, k: {x: 1, y: 2}}\n"),
    (
        "into nothing in braces",
        "a: {b: , c}\n",
        [_one(Add, ("a", "b"), "k")],
        "a: {b: {k: 1} , c}\n",
    ),
    ("trailing comma", "a: {b: 2, }\n", [_one(Add, ("a",), "k")], "a: {b: 2, k: 1, }\n"),
    (
        "lines in braces",
        "a: {\n  b: 2  # c\n}\n",
        [_one(Add, ("a",), "k")],
        "a: {\n  b: 2,  # c\n  k: 1\n}\n",
    ),
    (
        "comma in lines",
        "a: {\n  b: 2,  # c\n}\n",
        [_one(Add, ("a",), "k")],
        "a: {\n  b: 2,  # c\n  k: 1,\n}\n",
    ),
    (
        "closed on the line",
        "a: {b: 2,\n    c: 3}\n",
        [_one(Add, ("a",), "k")],
        "a: {b: 2,\n    c: 3,\n    k: 1}\n",
    ),
    ("several on a line", "a: [\n  1, 2]\n", [_one(Append, ("a",))], "a: [\n  1, 2, 1]\n"),
    ("behind an alias", "a: &x 1\nb: *x\n", [_one(Add, (), "k")], "a: &x 1\nb: *x\nk: 1\n"),
    (
        "keys in quotes",
        "a: 1\n",
        [_one(Add, (), k) for k in ("003", "a: b", "<<", "\n")],
        'a: 1\n"003": 1\n"a: b": 1\n"<<": 1\n"\\U0000000a": 1\n',
    ),
    (
        "one after the other",
        "a:\n  b: 2\n",
        [_one(Add, ("a",), "j"), _one(Add, ("a",), "k"), _one(Add, (), "l")],
        "a:\n  b: 2\n  j: 1\n  k: 1\nl: 1\n",
    ),
    (
        "the outer one first",
        "a:\n  b: 2\n",
        [_one(Add, (), "l"), _one(Add, ("a",), "k")],
        "a:\n  b: 2\n  k: 1\nl: 1\n",
    ),
    ("into no file", "", [_block(Add, (), "k")], "k:\n  x: 1\n  y: 2\n"),
    ("behind comments", "# c\n", [_one(Add, (), "k")], "# c\nk: 1\n"),
    ("into a document", "--- # c\n", [_one(Add, (), "k")], "--- # c\nk: 1\n"),
    (
        "before its end",
        "%YAML 1.2\n---\na: 2\n...\n",
        [_one(Add, (), "k")],
        "%YAML 1.2\n---\na: 2\nk: 1\n...\n",
    ),
    (
        "behind a key with a tag",
        "a:\n  !!str b: 2\n",
        [_one(Add, ("a",), "k")],
        "a:\n  !!str b: 2\n  k: 1\n",
    ),
    (
        "into a mapping with a tag",
        "a: !!map\n  b: 2\n",
        [_one(Add, ("a",), "k")],
        "a: !!map\n  b: 2\n  k: 1\n",
    ),
    # New items
    (
        "item behind",
        "a:\n  - b  # c\n\nd: 2\n",
        [_block(Append, ("a",))],
        "a:\n  - b  # c\n  - x: 1\n    y: 2\n\nd: 2\n",
    ),
    (
        "item into nothing",
        "a:\n",
        [_one(Append, ("a",)), _body(Append, ("a",))],
        "a:\n  - 1\n  - |\n    one\n    two\n",
    ),
    ("item into []", "a: []\n", [_one(Append, ("a",))], "a: [1]\n"),
    (
        "item of a list in a list",
        "- - a\n- b\n",
        [_list(Append, (0,))],
        "- - a\n  - - x\n    - y\n- b\n",
    ),
    # What goes
    ("its comment", "a: 1\nb: 2  # c\n# d\ne: 3\n", [Remove(("b",))], "a: 1\n# d\ne: 3\n"),
    ("comment above", "a: 1\n# b\nb: 2\n# c\nc: 3\n", [Remove(("b",))], "a: 1\n# c\nc: 3\n"),
    (
        "comment above the last",
        "a:\n  b: 1\n  # c\n  c: 2\nd: 3\n",
        [Remove(("a", "c"))],
        "a:\n  b: 1\nd: 3\n",
    ),
    ("comment above two", "a: 1\n# b, c\nb: 2\nc: 3\n", [Remove(("b",))], "a: 1\n# b, c\nc: 3\n"),
    ("comment above all", "# a, b\na: 1\n\nb: 2\n", [Remove(("a",))], "# a, b\n\nb: 2\n"),
    ("comment behind a blank line", "a: 1\n# b\n\nb: 2\n", [Remove(("b",))], "a: 1\n# b\n"),
    ("a blank line", "a: 1\n\nb: 2\n\nc: 3\n", [Remove(("b",))], "a: 1\n\nc: 3\n"),
    ("text below", "a: 1\nb: |\n  x\n\n  y\nc: 2\n", [Remove(("b",))], "a: 1\nc: 2\n"),
    (
        "all",
        "a:  # c\n  b: 1\n  # d\n  d: 2\ne: 3\n",
        [Remove(("a", "b")), Remove(("a", "d"))],
        "a: {}  # c\ne: 3\n",
    ),
    ("all items", "a:\n- b\n- c\n", [Remove(("a", 1)), Remove(("a", 0))], "a: []\n"),
    ("the whole file", "# c\na: 1\nb: 2\n", [Remove(("a",)), Remove(("b",))], "# c\n{}\n"),
    (
        "all and a new one",
        "a:\n    b: 2\nc: 3\n",
        [Remove(("a", "b")), _one(Add, ("a",), "k")],
        "a:\n    k: 1\nc: 3\n",
    ),
    ("behind a dash", "- a: 1\n  b: 2\n", [Remove((0, "a"))], "- b: 2\n"),
    (
        "behind a dash with a comment",
        "- a: 1\n  # b\n  b: 2\n",
        [Remove((0, "a"))],
        "-\n  # b\n  b: 2\n",
    ),
    (
        "all behind a dash",
        "- a: 1\n  b: 2\n- c\n",
        [Remove((0, "a")), Remove((0, "b"))],
        "- {}\n- c\n",
    ),
    (
        "all behind a dash and a new one",
        "- a: 1\n  b: 2\n",
        [Remove((0, "a")), Remove((0, "b")), _block(Add, (0,), "k")],
        "- k:\n    x: 1\n    y: 2\n",
    ),
    ("items", "- a\n- b\n- c\n- d\n", [Remove((0,)), Remove((2,))], "- b\n- d\n"),
    ("explicit", "? a\n: 1\n? b\n: 2\n", [Remove(("a",))], "? b\n: 2\n"),
    ("first in braces", "a: {b: 1, c: 2}\n", [Remove(("a", "b"))], "a: {c: 2}\n"),
    ("last in braces", "a: {b: 1, c: 2}\n", [Remove(("a", "c"))], "a: {b: 1}\n"),
    ("all in braces", "a: { b: 1, c: 2, }\n", [Remove(("a", "b")), Remove(("a", "c"))], "a: {}\n"),
    (
        "line in braces",
        "a: {\n  b: 1,  # b\n  c: 2,  # c\n}\n",
        [Remove(("a", "b"))],
        "a: {\n  c: 2,  # c\n}\n",
    ),
    (
        "last line in braces",
        "a: {\n  b: 1,  # b\n  c: 2  # c\n}\n",
        [Remove(("a", "c"))],
        "a: {\n  b: 1  # b\n}\n",
    ),
    (
        "in place of the last",
        "a: [\n  b,  # b\n  c\n]\n",
        [Remove(("a", 1)), _one(Append, ("a",))],
        "a: [\n  b,  # b\n  1\n]\n",
    ),
    (
        "two on a line",
        "a: {b: 1, c: 2,\n  d: 3}\n",
        [Remove(("a", "c")), Remove(("a", "b"))],
        "a: {\n  d: 3}\n",
    ),
    ("behind nothing", "a: {b: , c: 2}\n", [Remove(("a", "c"))], "a: {b: }\n"),
    # Line ends
    (
        "CRLF",
        "a: 0\r\nb:\r\n  c: 2\r\n",
        [_body(Put, ("a",)), _block(Add, ("b",), "k")],
        "a: |\r\n  one\r\n  two\r\nb:\r\n  c: 2\r\n  k:\r\n    x: 1\r\n    y: 2\r\n",
    ),
    (
        "mixed",
        "a: 2\r\nb:\n  c: 2\nd:\r\n  e: 1\r\n",
        [_one(Add, ("b",), "k"), _one(Add, ("d",), "k")],
        "a: 2\r\nb:\n  c: 2\n  k: 1\nd:\r\n  e: 1\r\n  k: 1\r\n",
    ),
    ("old Mac", "a: 2\rb: 3\r", [_one(Add, (), "k")], "a: 2\rb: 3\rk: 1\r"),
    ("none at the end", "a: 2\r\nb: 3", [_one(Add, (), "k")], "a: 2\r\nb: 3\r\nk: 1"),
    ("none behind what goes", "a: 2\nb: 3", [Remove(("b",))], "a: 2"),
    ("one for a text", "a: 2", [_body(Put, ("a",))], "a: |\n  one\n  two\n"),
    ("BOM", "\ufeffa: 2\nb: 3\n", [_one(Put, ("a",)), Remove(("b",))], "\ufeffa: 1\n"),
    ("tabs", "a: 0\t# \tc\t\nb: 2 \n", [_one(Put, ("a",))], "a: 1\t# \tc\t\nb: 2 \n"),
]


@pytest.mark.parametrize(("title", "before", "changes", "after"), CASES, ids=[c[0] for c in CASES])
def test_a_change_makes_this(title: str, before: str, changes: list[Change], after: str) -> None:
    assert applied(before, changes) == after


MERGED = "base: &base\n  a: 1\nb:\n  <<: *base\n  c: 2\n"
REFUSED: list[tuple[str, str, list[Change], Path, str]] = [
    (
        "alias",
        "a: &x 1\nb: *x\n",
        [_one(Put, ("b",))],
        ("b",),
        "the value is the alias `*x` in line 2",
    ),
    (
        "anchor",
        "a: &x 1\nb: *x\n",
        [Remove(("a",))],
        ("a",),
        "the value has the anchor `&x` in line 1",
    ),
    (
        "below an anchor",
        MERGED,
        [_one(Put, ("base", "a"))],
        ("base", "a"),
        "`base` has the anchor `&base` in line 1",
    ),
    ("into an anchor", MERGED, [_one(Add, ("base",), "k")], ("base", "k"), "`base` has the anchor"),
    ("merged", MERGED, [_one(Put, ("b", "a"))], ("b", "a"), "it comes from `<<` in line 4"),
    ("merge", MERGED, [Remove(("b",))], ("b",), "the value has a merge key `<<` in line 4"),
    (
        "variable",
        "a:\n  b: x${c}\n",
        [Remove(("a",))],
        ("a",),
        "the value has a variable in line 2: `${c}`",
    ),
    (
        "variable in a key",
        "a:\n  ${b}: 1\n",
        [_one(Put, ("a",))],
        ("a",),
        "the value has a variable in line 2: `${b}`",
    ),
    ("tag", "a: !!str 1\n", [_one(Put, ("a",))], ("a",), "the value has the tag `!!str` in line 1"),
    (
        "comment inside",
        "a:\n  # c\n  b: 1\n  # d\n  e: 2\n",
        [_one(Put, ("a",))],
        ("a",),
        "the comment in line 4 would be lost",
    ),
    (
        "comment in braces",
        "a: {b: 1,  # c\n  d: 2}\n",
        [_one(Put, ("a",))],
        ("a",),
        "the comment in line 1 would be lost",
    ),
    (
        "comment below",
        "a: 1\n  # c\n",
        [_body(Put, ("a",))],
        ("a",),
        "the comment in line 2 would become a part of the text",
    ),
    (
        "block in braces",
        "a: {b: 1}\n",
        [_body(Put, ("a", "b"))],
        ("a", "b"),
        "it stands in braces or brackets, and a block cannot",
    ),
    ("no such key", "a: 1\n", [Remove(("b",))], ("b",), "there is no `b`"),
    ("no such item", "a: [1]\n", [Remove(("a", 1))], ("a", 1), "there is no `1`"),
    ("below a text", "a: 1\n", [Remove(("a", "b"))], ("a", "b"), "there is no `b`"),
    ("there already", "a: 1\n", [_one(Add, (), "a")], ("a",), "there is a key `a` already"),
    (
        "no mapping",
        "a: [1]\n",
        [_one(Add, ("a",), "k")],
        ("a", "k"),
        "a key can be added to a mapping only",
    ),
    ("no list", "a: 1\n", [_one(Append, ("a",))], ("a",), "an item can be added to a list only"),
    ("pair", "a: [b: 1, c]\n", [Remove(("a", 0, "b"))], ("a", 0, "b"), "without braces"),
    ("whole file", "a: 1\n", [Remove(())], (), "it is the whole file"),
    (
        "same twice",
        "a: 1\n",
        [_one(Put, ("a",)), Remove(("a",))],
        ("a",),
        "another change is about the same value",
    ),
    (
        "inside of another",
        "a:\n  b: 1\n",
        [Remove(("a",)), _one(Put, ("a", "b"))],
        ("a", "b"),
        "another change",
    ),
    ("new twice", "a: 1\n", [_one(Add, (), "k"), _one(Add, (), "k")], ("k",), "another change"),
    ("no YAML", "a: 1\n", [Put(("a",), "[", [])], ("a",), "what is to be written is not YAML"),
    (
        "something else",
        "a: 1\n",
        [Put(("a",), "on", True)],
        ("a",),
        "what is to be written is not what it should say",
    ),
    ("true for 1", "a: 2\n", [Put(("a",), "1", True)], ("a",), "is not what it should say"),
    ("a text for 1", "a: 2\n", [Put(("a",), "1", "1")], ("a",), "is not what it should say"),
    (
        "an error before",
        "a: 1\na: 2\n",
        [Remove(("a",))],
        ("a",),
        "the file has an error at 2:1: written twice",
    ),
    (
        "blank lines of a text",
        "a: |+\n  x\nb: 2\n\nc: 3\n",
        [Remove(("b",))],
        ("b",),
        "`a` would not be what it should",
    ),
]


@pytest.mark.parametrize(
    ("title", "before", "changes", "path", "reason"), REFUSED, ids=[case[0] for case in REFUSED]
)
def test_a_change_is_refused_and_nothing_is_done(
    title: str, before: str, changes: list[Change], path: Path, reason: str
) -> None:
    with pytest.raises(Refused) as caught:
        applied(before, changes)
    assert caught.value.path == path
    assert reason in caught.value.reason
    assert reason in str(caught.value)


def test_the_others_are_made_where_one_is_refused() -> None:
    before = "a: |+\n  x\nb: 2\n\nc: &x 3\nd: *x\ne: 4\nf: 5\n"
    asked = [Remove(("b",)), _one(Put, ("c",)), _one(Put, ("e",)), Remove(("f",))]
    after, refused = applied_where_possible(before, asked)
    assert after == "a: |+\n  x\nb: 2\n\nc: &x 3\nd: *x\ne: 1\n"
    assert [one.path for one in refused] == [("c",), ("b",)]


@pytest.mark.parametrize("depth", [50, 200, 300, 400, 450, 490, 2000])
def test_a_deep_file_is_changed_or_left_alone(depth: int) -> None:
    before = "[" * depth + "0" + "]" * depth
    after, refused = applied_where_possible(before, [_one(Put, (0,) * depth)])
    assert after == before.replace("0", "1") if not refused else after == before
    assert not refused or depth > 200


def test_no_change_is_no_change() -> None:
    assert applied_where_possible("a: [", []) == ("a: [", [])
