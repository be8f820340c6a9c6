import difflib
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject, Use, kind_of
from pytest_schemaverify.kinds.lookup import others, same_letters, typed
from pytest_schemaverify.kinds.platforms import platform_schema

USE = Use(presence="exists")


def check(actual: Row | None, subject: Subject, catalog: Catalog, schema: str) -> Iterator[Finding]:
    """The object exists."""
    if actual is None:
        noun = kind_of(subject.family).noun
        yield Finding(
            expected=f"{noun} {subject}",
            actual=f"no such {noun}",
            hint=_other_kind(subject, catalog)
            or _other_schema(subject, catalog)
            or _nearest(subject, others(catalog, subject), schema),
        )


def _other_kind(subject: Subject, catalog: Catalog) -> str:
    """Return a hint at another object of the name: a view, another kind of constraint."""
    # Tables and views share the names of a schema, and constraints of all kinds those of a table.
    for family in ("views", "tables", *kind_of(subject.family).families):
        row = catalog.find(family, subject.key)
        if row is not None:
            article = "an" if row.kind[0] in "aeiou" else "a"
            return f"there is {article} {row.kind} of that name"
    return ""


def _other_schema(subject: Subject, catalog: Catalog) -> str:
    """Return a hint at objects of the name in other schemas."""
    kind = kind_of(subject.family)
    # What is part of a table is looked for in that table.
    if not kind.in_schemas or subject.parent is not None:
        return ""
    rows = [(key, row) for family in kind.families for key, row in catalog.families[family].items()]
    found = sorted(
        (key[0], kind.own_name(row))
        for key, row in rows
        if key[1:] == subject.key[1:] and kind.has(row, None)
    )
    # Supabase has its own `auth.users`, which nobody means who has another one.
    own = [one for one in found if not platform_schema(one[0], "supabase")]
    found = (own or found)[:_MOST]
    schemas = ", ".join(schema for schema, _ in found)
    written = " or ".join(name for _, name in found)
    return (
        f"it is in the schema{'s' * (len(found) > 1)} {schemas}: write {written}" if found else ""
    )


_MOST = 5
"""Schemas that are named."""


def _nearest(subject: Subject, there: list[str], schema: str) -> str:
    written = subject.written
    # The same letters in SQL's quotes are likelier than a near name.
    if hint := same_letters(subject, there, schema):
        return hint
    columns = sorted(subject.key[-1].split(", "))
    if len(columns) > 1 and (other := [n for n in there if sorted(n.split(", ")) == columns]):
        return f"the order of the columns is {other[0]}"
    # A short name has little in common with one that has a schema in front, so both are tried.
    near = difflib.get_close_matches(str(subject), there, n=1) or difflib.get_close_matches(
        written, there, n=1
    )
    return f"did you mean `{typed(near[0], subject, schema)}`?" if near else ""
