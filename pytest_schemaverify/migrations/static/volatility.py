"""Which expressions may give another value for each row, so that a default cannot be kept once."""

from pytest_schemaverify.migrations.static.nodes import name
from pytest_schemaverify.migrations.static.schema_state import Function, SchemaState
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.statements import Node, Unparsed, walk

# Since PostgreSQL 11 a default that is evaluated once is kept in pg_attribute.attmissingval; a
# volatile one has another value for each row, so the table is rewritten on every version.
_VOLATILE = frozenset({
    "random", "gen_random_uuid", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4",
    "uuidv4", "uuidv7", "clock_timestamp", "timeofday", "nextval", "currval", "lastval", "setval",
    "gen_random_bytes", "nanoid", "gen_salt", "random_normal", "array_sample", "array_shuffle",
    "pgp_sym_encrypt", "pgp_sym_encrypt_bytea", "pgp_pub_encrypt", "pgp_pub_encrypt_bytea",
    "set_config", "query_to_xml", "lo_create", "ulid", "gen_ulid", "uuid_generate_v7",
})  # fmt: skip
"""Functions of PostgreSQL and its extensions that return a value and are volatile."""

_ONE_VALUE = {"targetList", "limitOption", "op"}
"""What a query has that the server puts in the place of a call."""


def volatile(state: SchemaState, expression: Node) -> bool:
    """Return whether an expression may give another value for each row."""
    seen: set[int] = set()
    stack = [expression]
    while stack:
        for kind, node in walk({"": stack.pop()}):
            if kind != "FuncCall":
                continue
            written = name(node["funcname"])
            own = _own(state, written)
            if not own and written[1] in _VOLATILE:
                return True
            for function in own:
                inner = _value(function) if function.volatile else {}
                if inner is None:
                    return True
                if id(function) not in seen:
                    seen.add(id(function))
                    stack.append(inner)
    return False


def _own(state: SchemaState, written: tuple[str, str]) -> list[Function]:
    """Return the functions of the files that a call may mean."""
    bare = state.functions.bare.get(written[1], ())
    named = [full for full in bare if written[0] in ("", full[0])]
    return [one for full in named for one in state.functions[full].values()]


def _value(function: Function) -> Node | None:
    """Return the expression that the server puts in the place of a call; None where it calls.

    See "Inlining of SQL functions" in https://wiki.postgresql.org/wiki/Inlining_of_SQL_functions.
    """
    if function.language != "sql" or function.definer or function.search_path is not None:
        return None
    if function.atomic is not None:
        found: Node | None = function.atomic.get("ReturnStmt")
        return found
    try:
        trees = sql.tree(function.body)
    except Unparsed:
        return None
    simple = len(trees) == 1 and trees[0].kind == "SelectStmt" and {*trees[0].node} <= _ONE_VALUE
    return trees[0].node if simple else None


def declared(option: Node, *, otherwise: bool) -> bool:
    """Return whether a function is volatile after one of its options."""
    if option["defname"] != "volatility":
        return otherwise
    return bool(option["arg"]["String"]["sval"] == "volatile")
