"""Functions of pgTAP whose arguments have to be looked at to know what they say."""

import re
from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken
from pytest_schemaverify.authoring.pgtap.calls import Call
from pytest_schemaverify.authoring.pgtap.constants import CURRENT_DATABASE
from pytest_schemaverify.authoring.pgtap.queries import QUERIES, Special
from pytest_schemaverify.authoring.pgtap.sayings import (
    EXACT_IN,
    Arguments,
    Known,
    arguments,
    placed,
)
from pytest_schemaverify.sql.names import literal, quoted


def _relation(found: Arguments, known: Known) -> Iterator[Fact]:
    yield Fact((_section(found["table"], known), found["table"]))


def _no_relation(found: Arguments, _: Known) -> Iterator[Fact]:
    yield Fact(("tables", found["table"]), "absent")
    yield Fact(("views", found["table"]), "absent")


def _relation_owner(found: Arguments, known: Known) -> Iterator[Fact]:
    yield Fact((_section(found["table"], known), found["table"], "owner"), found["user"])


def _section(name: str, known: Known) -> str:
    """Return the section of a relation. Raises Untaken where no other call says what it is."""
    if name not in known.sections:
        raise Untaken(
            "it does not say what kind of relation that is; name it under `tables`, `views`, "
            "`materialized_views` or `sequences`"
        )
    return known.sections[name]


def _columns(found: Arguments, known: Known) -> Iterator[Fact]:
    table = found["table"]
    section = known.sections.get(table, "tables")
    if section != "tables":  # their columns are a list, in order
        yield Fact((section, table, "columns"), found["names"])
        return
    for name in found["names"]:
        yield Fact(("tables", table, "columns", name))
    yield Fact(("tables", table, "columns", "exact"), True)


def _extension(found: Arguments, _: Known) -> Iterator[Fact]:
    where = ("extensions", found["name"])
    yield Fact((*where, "schema"), quoted(found["schema"])) if "schema" in found else Fact(where)


def _primary_key(found: Arguments, _: Known) -> Iterator[Fact]:
    yield Fact(("tables", found["table"], "primary_key", "columns"), {"not": []})


def _default(found: Arguments, known: Known) -> Iterator[Fact]:
    value = found.given["default"]
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, int):
        text = str(value)
    elif not isinstance(value, str):
        raise Untaken("its default is neither a text nor a number; write it under `default`")
    else:
        # pgTAP takes what looks like a call for an expression, and everything else for a value.
        text = value if re.match(r"[^']+\(", value) else literal(value)
    path = ("tables", found["table"], "columns", found["column"], "default")
    yield Fact(placed(path, known), text)


def _index(found: Arguments, known: Known) -> Iterator[Fact]:
    given = found.given
    # pgTAP asks the server whether the first name is one of a schema.
    shifted = "schema" not in given and "columns" in given and isinstance(given["columns"], str)
    if shifted and given["table"] in known.schemas:
        given = {"schema": given["table"], "table": given["index"], "index": given["columns"]}
    elif shifted:
        raise Untaken(
            f"only a server knows whether `{given['table']}` is a schema or a table; name schema, "
            "table, index and columns"
        )
    elif "(" in str(given.get("why")) and "columns" not in given:
        given = {**given, "columns": given["why"]}
    named = Arguments(given, found.schema)
    path = placed(("tables", named["table"], "indexes", named["index"]), known)
    yield Fact(path)
    if columns := given.get("columns"):
        yield Fact((*path, "columns"), columns if isinstance(columns, list) else [columns])


def _member(found: Arguments, _: Known, value: Any = None) -> Iterator[Fact]:
    members = found["members"]
    for name in members if isinstance(members, list) else [members]:
        yield Fact(("roles", name, "member_of", found["user"]), {} if value is None else value)


def _no_member(found: Arguments, known: Known) -> Iterator[Fact]:
    return _member(found, known, "absent")


def _database_owner(found: Arguments, _: Known) -> Iterator[Fact]:
    if found.given["database"] is not CURRENT_DATABASE:
        raise Untaken(
            "a file is about whichever database it is run on; write `database: {owner: …}`"
        )
    yield Fact(("database", "owner"), found["user"])


def _cast(found: Arguments, _: Known) -> Iterator[Fact]:
    where = ("casts", f"{found['source']} as {found['target']}")
    if "other" not in found:
        yield Fact(where)
        return
    raise Untaken("a cast's function is named with its types; write `function: NAME(TYPE)`")


def _no_cast(found: Arguments, _: Known) -> Iterator[Fact]:
    if "other" in found:
        raise Untaken("it is about one function of the cast; write `casts: {… : absent}` for none")
    yield Fact(("casts", f"{found['source']} as {found['target']}"), "absent")


def _operator(found: Arguments) -> tuple[str, str]:
    schema = found.given.get("schema", found.schema)
    if schema is None:
        raise Untaken("the search path leaves open which schema is meant; name it in the call")
    before = "" if schema == "public" else f"{quoted(schema)}."
    left = found.given.get("left", "none")
    return ("operators", f"{before}{found['operator']}({left}, {found['right']})")


def _has_operator(found: Arguments, _: Known) -> Iterator[Fact]:
    where = _operator(found)
    yield Fact((*where, "returns"), found["returns"]) if "returns" in found else Fact(where)


def _no_operator(found: Arguments, _: Known) -> Iterator[Fact]:
    yield Fact(_operator(found), "absent")


_SIGNATURE = re.compile(r"\s*(\S+?)\s*\(\s*(.+?)\s*,\s*(.+?)\s*\)\s+returns\s+(.+?)\s*", re.I)


def _operators(found: Arguments, _: Known) -> Iterator[Fact]:
    schema = found.given.get("schema", found.schema)
    for text in found.given["operators"]:
        match = _SIGNATURE.fullmatch(text)
        if match is None:
            raise Untaken(f"`{text}` is no operator: `+(integer,integer) RETURNS integer`")
        sign, left, right, returns = match.groups()
        left = "none" if left.lower() == "none" else left
        given = {"schema": schema, "operator": sign, "left": left, "right": right}
        yield Fact((*_operator(Arguments(given, schema)), "returns"), returns)
    yield Fact(("operators", f"{EXACT_IN}{quoted(schema)}"), True)


def _tablespace(found: Arguments, _: Known) -> Iterator[Fact]:
    if "location" in found:
        raise Untaken("the file has no place for its folder; write `tablespaces: {NAME: {}}`")
    yield Fact(("tablespaces", found["name"]))


_OPERATOR = "schema operator right returns why? | operator right returns why? | operator right why?"
_BINARY = " | ".join(f"left {one.strip()}" for one in _OPERATOR.split("|"))
_CAST = "source target other_schema other why? | source target other why? | source target why?"
SPECIAL: dict[str, Special] = {
    "has_relation": Special("schema table why | table why?", _relation),
    "hasnt_relation": Special("schema table why | table why?", _no_relation),
    "relation_owner_is": Special("schema? table user why?", _relation_owner),
    "columns_are": Special("schema? table names[] why?", _columns),
    "has_extension": Special("schema? name why?", _extension),
    "has_pk": Special("schema table why | table why?", _primary_key),
    "col_default_is": Special(
        "schema table column default:any why | table column default:any why?", _default
    ),
    "has_index": Special(
        "schema table index columns* why:text? | table index columns[] why?"
        " | table index columns why? | table index why?",
        _index,
    ),
    "is_member_of": Special("user members* why?", _member),
    "isnt_member_of": Special("user members* why?", _no_member),
    "db_owner_is": Special("database user why?", _database_owner),
    "has_cast": Special(_CAST, _cast),
    "hasnt_cast": Special(_CAST, _no_cast),
    "has_operator": Special(_BINARY, _has_operator),
    "hasnt_operator": Special(_BINARY, _no_operator),
    "has_leftop": Special(_OPERATOR, _has_operator),
    "hasnt_leftop": Special(_OPERATOR, _no_operator),
    "operators_are": Special("schema? operators:text[] why?", _operators),
    "has_tablespace": Special("name location:text why | name why?", _tablespace),
    **QUERIES,
}


def facts(call: Call, known: Known) -> Iterator[Fact]:
    """Yield what a call of one of these functions says. Raises Untaken."""
    special = SPECIAL[call.function]
    return special.facts(arguments(call, special.arguments), known)
