"""SQL taken apart into statements, psql commands and rows."""

from pathlib import Path

import pytest

from pytest_schemaverify.sql.positions import frame
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.sql.split import PieceKind, split
from pytest_schemaverify.sql.statements import statements, tree

CASES = {
    "nothing": ("", []),
    "only comments": ("-- a\n/* b; */ ;; ", []),
    "no semicolon at the end": ("select 1; select 2", ["select 1", "select 2"]),
    "strings": ("select 'a;''b;'; select e'\\';'; x", ["select 'a;''b;'", "select e'\\';'", "x"]),
    "a backslash at the end of an ordinary string": (r"select 'a\'; x", [r"select 'a\'", "x"]),
    "names": ('select "a;""b;"; x', ['select "a;""b;"', "x"]),
    "dollar quotes": ("do $$ ; $a$ ; $$; do $a$ $$; $a$; x",
                      ["do $$ ; $a$ ; $$", "do $a$ $$; $a$", "x"]),
    "dollars that quote nothing": ("select a$b$; select $1; x", ["select a$b$", "select $1", "x"]),
    "comments inside": ("select -- a;\n1 /* ; /* ; */ ; */; x",
                        ["select -- a;\n1 /* ; /* ; */ ; */", "x"]),
    "parentheses": (
        "create rule r as on insert to t do also (select 1; select 2); x",
        ["create rule r as on insert to t do also (select 1; select 2)", "x"],
    ),
    "an atomic body": (
        "create function f() begin\n atomic select case when a then 1 end; select 2; end; x",
        ["create function f() begin\n atomic select case when a then 1 end; select 2; end", "x"],
    ),
    "an atomic body behind comments": (
        "create function f() begin /* a; /* b; */ */ -- c;\natomic select 1; select 2; end; x",
        ["create function f() begin /* a; /* b; */ */ -- c;\natomic select 1; select 2; end", "x"],
    ),
    "a column called begin in an atomic body": (
        "create function f() begin atomic select begin from t; select 2; end; x",
        ["create function f() begin atomic select begin from t; select 2; end", "x"],
    ),
    "backslashes that escape": (
        r"set standard_conforming_strings = off; a 'it\'s; b'; reset standard_conforming_strings; "
        r"c '\'; d",
        ["set standard_conforming_strings = off", r"a 'it\'s; b'",
         "reset standard_conforming_strings", r"c '\'", "d"],
    ),
    "backslashes that escape, said by a function": (
        r"SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false); a '\';'; b",
        ["SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false)",
         r"a '\';'", "b"],
    ),
    "backslashes that are said to be plain": (
        r"set session standard_conforming_strings to 'on'; a '\'; b",
        ["set session standard_conforming_strings to 'on'", r"a '\'", "b"],
    ),
    "a transaction": ("begin; select case a when 1 then 2 end; end; x",
                      ["begin", "select case a when 1 then 2 end", "end", "x"]),
    "a quote that nothing closes": ("select 1; select 'a; b; ", ["select 1", "select 'a; b;"]),
    "a dollar quote that nothing closes": ("x; do $$ ; ", ["x", "do $$ ;"]),
    "a comment that nothing closes": ("x; /* ; y; ", ["x"]),
    "syntax that nobody knows": ("frobnicate a; x", ["frobnicate a", "x"]),
    "psql commands": ("\\set a 'b\nselect 1;\n\\echo ;\nx", ["select 1", "x"]),
    "a psql command that ends a statement": ("select 1 \\gexec\nx", ["select 1", "x"]),
    "psql commands on one line": ("select 1 \\a\\t\nx \\echo 'a\\b' \\\\ y; z",
                                  ["select 1", "x", "y", "z"]),
    "psql commands that take the line": (
        "\\! ls a\\ b; c\n\\o | cat \\ d\n\\copy t from 'a' \\ e\nx", ["x"],
    ),
    "semicolons that do not send": ("select 1\\; select 2 \\;; x", ["select 1", "select 2", "x"]),
    "constants in which backslashes never escape": (
        r"set standard_conforming_strings = off; select U&'\', b'\', 'x\'; ', X'\'; x",
        ["set standard_conforming_strings = off", r"select U&'\', b'\', 'x\'; ', X'\'", "x"],
    ),
    "rows": ("copy t from stdin;\n1;\n'\n\\.\nx; COPY s.t (a, b) FROM STDIN WITH (format csv);\n2",
             ["copy t from stdin", "x", "COPY s.t (a, b) FROM STDIN WITH (format csv)"]),
    "no rows": ("copy t from stdin;\n\\.\nx", ["copy t from stdin", "x"]),
    "a copy from a query or file": (
        "copy (select 1 from stdin) to stdout; copy t from '/f'; x",
        ["copy (select 1 from stdin) to stdout", "copy t from '/f'", "x"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_statements_end_where_psql_ends_them(text: str, expected: list[str]) -> None:
    assert [statement.text for statement in statements(text)] == expected


def test_positions_count_characters_and_lines_of_the_file() -> None:
    text = "select 'é😀';\r\n\r\n\t/* x */ select 2;\r\n  select 3"
    assert [(s.offset, s.line, s.column) for s in statements(text)] == [
        (0, 1, 1),
        (25, 3, 10),
        (38, 4, 3),
    ]
    assert all(text[s.offset :].startswith(s.text) for s in statements(text))


def test_a_dump_is_split_into_what_pg_dump_wrote() -> None:
    text = Path(__file__).with_name("pg_dump_18.sql").read_text()
    found = statements(text)
    assert all(len(tree(statement.text)) == 1 for statement in found)
    rows = [piece for piece in split(text) if piece.kind is PieceKind.COPY]
    assert [text[piece.data : piece.data_end].count("\n") for piece in rows] == [0, 3]


def test_a_large_string_does_not_exhaust_anything() -> None:
    text = f"select '{'a' * 3_000_000}', e'{'b' * 3_000_000}'; select 2"
    assert len(statements(text)) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create role a password 'abc' x", "create role a password '***' x"),
        ("create role a password 'it''s' x", "create role a password '*****' x"),
        ("password\n E'a\nb'", "password\n E'*\n*'"),
        ("execute 'role a password ''abc'' x'", "execute 'role a password ''***'' x'"),
        ("password '' b 'c'", "password '' b 'c'"),
        ("'host=h password=abc user=u'", "'host=h password=*** user=u'"),
        ("options (user 'u', password 'abc')", "options (user 'u', password '***')"),
        ("postgres://u:abc@h/d", "postgres://u:***@h/d"),
        ("'eyJh.eyJz.c-_1'", "'**************'"),
        ("'sk-abcdefghijklmnop'", "'*******************'"),
        ("alter table a add password text not null", "alter table a add password text not null"),
    ],
)
def test_secrets_are_masked_without_moving_anything(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_a_frame_points_under_wide_characters_and_tabs() -> None:
    position, lines = frame("a\n\tx 日本 é no\nb\n", 10)
    assert position == (2, 9)
    assert lines.splitlines() == [
        "  1 | a",
        "> 2 | \tx 日本 é no",
        "    | \t         ^",
        "  3 | b",
    ]


def test_a_frame_far_down_a_large_file_has_its_line_numbers() -> None:
    text = "\n".join(f"line {n}" for n in range(1, 30_001))
    position, lines = frame(text, text.index("line 25000"))
    assert position == (25_000, 1)
    assert lines.splitlines()[2] == "> 25000 | line 25000"
