"""Operators."""

import re

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.keys import single
from pytest_schemaverify.kinds.kind import Kind, Subject, as_written
from pytest_schemaverify.kinds.names_in_sql import type_or_none
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.names import quoted


def _key(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    # The signs of which operators are made:
    # https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-OPERATORS
    match = re.fullmatch(r"\s*(?:(.+)\.)?([-+*/<>=~!@#%^&|`?]+)\s*\((.*)\)\s*", text, re.DOTALL)
    types = names.split(match[3]) if match else []
    if match is None or len(types) != 2:
        raise names.BadName(f"{text!r} is not an operator with its types: `===(integer, integer)`")
    return (single(match[1], schema, None)[0] if match[1] else schema, match[2], ", ".join(types))


def _by_types(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    types = ", ".join(type_or_none(one, server) for one in names.split(subject.key[2]))
    return catalog.find("operators", (*subject.key[:2], types))


def _own_name(row: Row) -> str:
    return f"{quoted(row.schema)}.{row.name}({row.arguments})"


def _in_sql(row: Row) -> str:
    return f"operator {_own_name(row)}"


FAMILY = Kind(
    category="function security",
    mark="functions",
    noun="operator",
    families=("operators",),
    key=_key,
    # `*` and `?` are operators, so they cannot stand for all operators of some kind.
    pattern=None,
    around=2,
    find=_by_types,
    shown=as_written,
    own_name=_own_name,
    in_sql=_in_sql,
)
