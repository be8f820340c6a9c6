"""What `set` changes in how the rest of a file is read: its search_path and its time zone."""

from typing import Any

from pytest_schemaverify.migrations.static import routines
from pytest_schemaverify.migrations.static.nodes import constant, name
from pytest_schemaverify.migrations.static.schema_state import SchemaState
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql.statements import Node, walk

_UTC = frozenset({
    "utc", "uct", "gmt", "zulu", "universal", "greenwich", "gmt0", "gmt+0", "gmt-0", "utc0",
    "utc+0", "utc-0", "0", "00", "00:00", "+00", "-00", "+00:00",
})  # fmt: skip
"""Time zones that have never had another offset than 0; Abidjan and London have."""


def set_value(statement: Statement) -> None:
    """Follow `set search_path`, `set timezone` and what takes them back."""
    state, node = statement.state, statement.node
    setting, unset = node.get("name", ""), node["kind"] != "VAR_SET_VALUE"
    everything = node["kind"] == "VAR_RESET_ALL"
    if setting == "search_path" or everything:
        state.path = ("public",) if unset else _usable(routines.path(node))
    if setting.lower() == "timezone" or everything:
        zone = "" if unset else _zone(node["args"][0])
        _set_zone(state, zone, local=node.get("is_local", False))


def _zone(node: Node) -> str:
    # `set time zone interval '0' hour` has its number inside of a cast.
    return constant(node.get("TypeCast", {}).get("arg", node))


def _set_zone(state: SchemaState, zone: str, *, local: bool) -> None:
    utc = zone.lower().removeprefix("etc/") in _UTC
    if local:
        state.utc_here = utc
    else:
        state.utc, state.utc_here = utc, None


# `$user` is a schema that no file names, and pg_catalog takes no new objects.
def _usable(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(schema for schema in path if schema not in ("$user", "pg_catalog")) or ("public",)


def select(statement: Statement) -> None:
    """Follow `select set_config('search_path', …)`, which pg_dump writes since CVE-2018-1058."""
    for kind, node in walk(statement.node.get("targetList", [])):
        arguments: list[Any] = node.get("args", []) if kind == "FuncCall" else []
        if len(arguments) < 2 or name(node["funcname"])[1] != "set_config":
            continue
        setting, value = constant(arguments[0]).lower(), constant(arguments[1])
        if setting == "search_path":
            parts = value.split(",")
            statement.state.path = _usable(tuple(p.strip(' "') for p in parts if p.strip(' "')))
        elif setting == "timezone":
            local = arguments[2:] and arguments[2].get("A_Const", {}).get("boolval", {})
            _set_zone(statement.state, value, local=bool(local))


def transaction(statement: Statement) -> None:
    """Undo what SET LOCAL has set, at the end of a transaction."""
    if statement.node["kind"] in ("TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK"):
        statement.state.utc_here = None
