"""Lists of names that only a query of the catalog can say."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken
from pytest_schemaverify.authoring.pgtap.sayings import Arguments, Known
from pytest_schemaverify.sql.names import literal, quoted


class Special(NamedTuple):
    """What a function takes, and what makes facts of it."""

    arguments: str
    facts: Callable[[Arguments, Known], Iterator[Fact]]


def _heirs(found: Arguments, _: Known) -> Iterator[Fact]:
    table = found["table"]
    query = (
        f"select inhrelid::regclass from pg_inherits where inhparent = {literal(table)}::regclass"
    )
    yield _query(f"heirs of {table}", query, [])


def _listing(noun: str, query: str) -> Callable[[Arguments, Known], Iterator[Fact]]:
    """Return what makes a query of a list of names; `{}` in it stands for the schema."""

    def found_by(found: Arguments, _: Known) -> Iterator[Fact]:
        schema = found.given.get("schema", found.schema)
        if schema is None:
            raise Untaken("the search path leaves open which schema is meant; name it in the call")
        names = sorted(name for name in found.given["names"] if not name.startswith("pg_"))
        title = f"{noun} of {schema}" if "{}" in query else noun
        yield _query(title, query.format(literal(quoted(schema))), names)

    return found_by


def _query(name: str, query: str, names: list[str]) -> Fact:
    returns: Any = [[one] for one in names] or "nothing"
    slug = "_".join(re.findall(r"\w+", name.lower()))
    return Fact(("data", "queries", slug), {"sql": query, "returns": returns})


_TYPES = (
    "select typname from pg_type where typtype = '%s' and typnamespace = {}::regnamespace "
    'order by typname collate "C"'
)

QUERIES: dict[str, Special] = {
    "hasnt_inherited_tables": Special("schema? table why?", _heirs),
    "foreign_tables_are": Special(
        "schema? names[] why?",
        _listing(
            "foreign tables",
            "select relname from pg_class where relkind = 'f' and relnamespace = {}::regnamespace "
            'order by relname collate "C"',
        ),
    ),
    "domains_are": Special("schema? names[] why?", _listing("domains", _TYPES % "d")),
    "enums_are": Special("schema? names[] why?", _listing("enums", _TYPES % "e")),
    "users_are": Special(
        "names[] why?",
        _listing("users", 'select usename from pg_user order by usename collate "C"'),
    ),
    "groups_are": Special(
        "names[] why?",
        _listing(
            "groups",
            "select groname from pg_group where groname !~ '^pg_' order by groname collate \"C\"",
        ),
    ),
}
"""Functions that lists of names are made of, each by what it takes."""
