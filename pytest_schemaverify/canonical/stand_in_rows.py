"""Rows without data that stand in for relations, so that every role can have a query planned.

Planning a query over a table takes the privilege to read it, and the plan depends on its size,
its indexes and its policies. A function without rows whose columns have the same names and types
needs none of that. It is json_to_record, which takes its columns from the query:
https://www.postgresql.org/docs/current/functions-json.html
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from psycopg import sql

from pytest_schemaverify.sql.tokens import Token, names, text_at, tokens

Columns = Sequence[tuple[str, str]]
"""Names, and types as SQL."""

Relations = Sequence[Sequence[Any]]
"""For each relation: schema, name, whether the search_path finds it, and columns."""

# Views and tables of pg_catalog and information_schema are planned as they are.
RELATIONS = """
select
    n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid),
    array(
        select array[a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)]
        from pg_catalog.pg_attribute as a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        order by a.attnum
    )
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where
    c.relkind = any ('{r,p,v,m,f}') and c.relname = any ($1::name[])
    and n.nspname <> all ('{pg_catalog,information_schema}')
order by n.nspname, c.relname
"""
"""Relations of some names, and their columns. Reading this takes no privilege."""


def mentioned(texts: Sequence[str]) -> list[str]:
    """Return the names that may be a relation's or a schema's; [] if no text reads a relation."""
    found = [tokens(text) for text in texts]
    if not any(
        token.kind == "name" and token.text in ("from", "join", "table")
        for some in found
        for token in some
    ):
        return []
    return sorted({part for some in found for _, parts in names(some) for part in parts[:2]})


def row_source(alias: str, columns: Columns) -> str:
    """Return a function call for FROM that has the columns and needs no privilege."""
    listed = ", ".join(f"{_name(name)} {type_}" for name, type_ in columns)
    return f"pg_catalog.json_to_record('{{}}') as {_name(alias)} ({listed})"


def needed(texts: Collection[str], relation: str, columns: Columns) -> Columns:
    """Return the columns that the texts may be about."""
    # Not all: the role may lack USAGE on the schema of another column's type.
    there: set[str] = set()
    for text in texts:
        found = tokens(text)
        for at, token in enumerate(found):
            before, after = _around(found, at)
            of_all = token.text == "*" and before in (".", "select", ",", "distinct", "all")
            whole = token.is_name and token.name == relation and after != "."
            if of_all or whole or token.text == "natural":
                return columns
            there.add(token.name)
    return [column for column in columns if column[0] in there] or _NONE[: len(columns)]


def names_one(name: str, texts: Collection[str]) -> bool:
    """Return whether a name stands in one of the texts."""
    return any(token.is_name and token.name == name for text in texts for token in tokens(text))


_NONE = (("?", "integer"),)
"""In place of columns that nobody names; there has to be one."""


def standing_in(text: str, rows: Relations, texts: Sequence[str]) -> tuple[str, str] | None:
    """Return a WITH clause whose rows stand in for relations, and the text that reads them.

    `texts` are all texts of the comparison, so that each of them reads the same columns. None when
    a name in the text would get another meaning.
    """
    known = {(schema, name): columns for schema, name, _, columns in rows}
    visible = {name: (schema, name) for schema, name, is_visible, _ in rows if is_visible}
    found = tokens(text)
    qualified: dict[tuple[str, str], None] = {}
    plain: dict[str, tuple[str, str]] = {}
    for start, parts in names(found):
        if parts[:2] in known:
            qualified[parts[0], parts[1]] = None
        elif parts[0] in visible:
            plain[parts[0]] = visible[parts[0]]
        elif parts[0] in {name for _, name in known} and _is_read(found, start, parts):
            return None  # a name that the server does not find is not to be found here
    for key in qualified:  # the first of a name is called so, for columns may be: users.id
        plain.setdefault(key[1], key)
    called = {key: name for name, key in plain.items()}
    called |= {key: ".".join(key) for key in qualified if key not in called}
    # Without it a query that is read twice is a step of its own, and the plan shows its columns
    # under other names.
    clauses = [
        f"{_name(name)} as not materialized "
        f"(select * from {row_source('.'.join(key), needed(texts, key[1], known[key]))})"
        for key, name in called.items()
    ]
    return f"with {', '.join(clauses)} " if clauses else "", _unqualified(found, called)


def _unqualified(found: Sequence[Token], called: Mapping[tuple[str, str], str]) -> str:
    """Return the text with the names of WITH in place of names with schemas."""
    kept = list(found)
    # From the end, because tokens are replaced while the list is gone through.
    for start, parts in reversed(list(names(kept))):
        if (parts[0], *parts[1:2]) in called:
            kept[start : start + 3] = [Token("quoted", _name(called[parts[0], parts[1]]))]
    # Whose children are left out is compared as text; rows that stand in have none.
    return "\n".join(
        token.text
        for at, token in enumerate(kept)
        if token != ("name", "only") or _around(kept, at)[0] not in ("from", "join", ",", "(")
    )


def _is_read(found: Sequence[Token], at: int, parts: Sequence[str]) -> bool:
    """Return whether a name may be a relation's: behind FROM, JOIN or a comma, without a dot."""
    before, _ = _around(found, at)
    return before in ("from", "join") or (before == "," and len(parts) == 1)


def _around(found: Sequence[Token], at: int) -> tuple[str, str]:
    return text_at(found, at - 1), text_at(found, at + 1)


def _name(name: str) -> str:
    return sql.Identifier(name).as_string(None)
