"""What inputs are put together from."""

from typing import Any

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**70, 0.5, float("inf"), float("nan"), "", " ", "a\nb", "é",
    "\u2028", "\x7f", "null", "true", "absent", "none", "exact", "*", "~", "~users", "a.b.c.d", ".",
    '"', '""', "'", "(", "f(", "f()", "f(int, )", "x" * 300, ">=", ">= 2, <", "<>", "[", "(?P<x",
    "(a+)+$", "\\", "${x}", "${env:HOME}", "$${", "${", "{}", "%s", "--", "/*", "$$", "a as b",
    "2024-13-45", "sha256:", "postgresql://u:p@h/d", "not null", "int not null default",
    [], {}, [[]], [None], [{}], [""], {"": ""}, {"": None}, {"~": {}}, {"*": {}}, {"contains": []},
    {"contains": [None]}, {"contains": {}}, {"matches": "["}, {"matches": 1}, {"one_of": []},
    {"one_of": [{}]}, {"one_of": [{"matches": "a"}]}, {"not": None}, {"not": {"not": {}}},
    {"not": {"contains": ["a"]}}, {"exactly": {"contains": ["select"]}}, {"each": {}},
    {"each": ["a", "b"]}, {"each": "a"}, {"absent": True}, {"severity": "warn"}, {"skip": "why"},
    {"when": {"server": ">= 1"}}, {"when": {"env": {"A": []}}}, {"rows": 0}, {"error": "42501"},
)  # fmt: skip
"""Values that stand where something else is expected."""
WORDS = (
    "users", "public.users", '"Users"', "id", "email", "exact", "absent", "each", "columns", "type",
    "grants", "execute", "when", "rules", "except", "schemas", "count(users)", "auth.uid()", "~x",
    "integer as text", "===(integer, integer)", "ops using btree", "user_id", "users.embedding",
)  # fmt: skip
"""Names, as files of expectations have them."""
NAMES = (
    "001_one.sql", "002_two.sql", "10_ten.sql", "V1__first.sql", "V1.1__x.sql", "R__views.sql",
    "20240101000000_a.sql", "20240101000000_a/migration.sql", "001_x.up.sql", "001_x.down.sql",
    "1.sql", ".sql", "a b.sql", "é.sql", "001_rollback.sql", "seed.sql", "deploy/a.sql", "x.SQL",
    "001.sql.bak", "sqitch.plan", "meta/_journal.json", "001_\udce9.sql", "9" * 200 + "_x.sql",
    "-1_x.sql", "001_{}%s.sql", "001_new\nline.sql", "0001_initial.py", "atlas.sum", "1_a/up.sql",
)  # fmt: skip
"""Names of migration files, valid and odd ones."""
NESTED = (
    ("(", ")"), ("-", ""), ("not ", ""), ("(select ", ")"), ("case when ", " then 1 end"),
    ("1 + ", ""), ("array[", "]"), ("f(", ")"), ("/*", "*/"), ("1 union all select ", ""),
    ("'a' || ", ""), ("x and ", ""), ("cast(", " as int)"), ("", "::text"), ("", "[1]"),
)  # fmt: skip
"""What is repeated before and behind an expression."""
PSQL = (
    "\\i 002_two.sql", "\\ir ../x.sql", "\\i 001_one.sql", "\\connect other", "\\set x 1", "\\",
    "\\copy users from 'x'", "\\if true", "\\gexec", "\\i", "\\ir ''", "\\i 'a b.sql'", "\\echo :x",
    "copy users from stdin;\n1\ta\n\\.", "copy users (id) from stdin;", "\\restrict abc",
)  # fmt: skip
"""Commands of psql and rows of COPY."""
TOKENS = (
    b"'", b'"', b"$$", b"$a$", b"--", b"/*", b"*/", b";", b"\\", b"\\.", b"(", b")", b"[", b"{",
    b"}", b":", b": ", b"- ", b"&a ", b"*a", b"<<: ", b"!!python/object:os.system ", b"!!binary ",
    b"? ", b"| ", b"> ", b"%", b"@", b"`", b"\t", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"${", b"${a}", b"${env:A}",
    b" as $$ begin end $$ language plpgsql", b"create function f() returns int language plpgsql;",
    b"do $$ begin execute 'select ' || x; end $$;", b"execute format('%s', x)", b"begin atomic",
    b" union all ", b"E'\\", b"U&'\\00e9'", b"null", b"1e999", b"0x", b"...", b"---\n", b"===",
)  # fmt: skip
"""What is inserted somewhere into a text."""
