"""Finds the functions and operators that a text calls, by their names and schemas.

A plan shows what a function consists of where the server puts its body in its place, so that two
functions of one name may have one plan.
https://www.postgresql.org/docs/current/xfunc-sql.html
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from pytest_schemaverify.sql.tokens import text_at, tokens

from .sql_syntax_calls import CALLS
from .texts import begins, is_called

Call = tuple[str, str]
"""The schema that is written, "" for none, and the name."""


class Place(NamedTuple):
    """The schemas that have functions or operators of one name, besides pg_catalog."""

    schemas: Mapping[str, bool]
    """By schema, whether the search_path finds them without the schema's name."""
    of_server: bool
    """Whether pg_catalog has some of that name, too."""
    hide: bool
    """Whether one of them is found instead of pg_catalog's, with the same arguments."""


# pg_catalog comes first in the search_path unless it is named there. So only `visible` and the same
# arguments together say that a function hides the server's.
OWN = """
select
    named.name::text, n.nspname::text, pg_catalog.bool_or(named.visible), named.of_server,
    pg_catalog.bool_or(named.visible and named.hides)
from (
    select
        p.proname as name, p.pronamespace as schema,
        pg_catalog.pg_function_is_visible(p.oid) as visible,
        exists (
            select from pg_catalog.pg_proc as s
            where s.proname = p.proname and s.pronamespace = 'pg_catalog'::regnamespace
        ) as of_server,
        exists (
            select from pg_catalog.pg_proc as s
            where
                s.proname = p.proname and s.pronamespace = 'pg_catalog'::regnamespace
                and s.proargtypes = p.proargtypes
        ) as hides
    from pg_catalog.pg_proc as p
    where p.pronamespace <> 'pg_catalog'::regnamespace
    union all
    select
        o.oprname, o.oprnamespace, pg_catalog.pg_operator_is_visible(o.oid),
        exists (
            select from pg_catalog.pg_operator as s
            where s.oprname = o.oprname and s.oprnamespace = 'pg_catalog'::regnamespace
        ),
        exists (
            select from pg_catalog.pg_operator as s
            where
                s.oprname = o.oprname and s.oprnamespace = 'pg_catalog'::regnamespace
                and (s.oprleft, s.oprright) = (o.oprleft, o.oprright)
        )
    from pg_catalog.pg_operator as o
    where o.oprnamespace <> 'pg_catalog'::regnamespace
) as named
join pg_catalog.pg_namespace as n on n.oid = named.schema
group by 1, 2, 4
"""
"""Functions and operators in schemas other than pg_catalog. Reading this takes no privilege."""


def places(rows: Iterable[tuple[str, str, bool, bool, bool]]) -> dict[str, Place]:
    """Return the places of functions and operators by name, from the rows of `OWN`."""
    found: dict[str, Place] = {}
    for name, schema, visible, of_server, hides in rows:
        before = found.get(name, Place({}, of_server, hide=False))
        schemas = {**before.schemas, schema: visible}
        found[name] = Place(schemas, of_server, hide=before.hide or hides)
    return found


def named_calls(text: str) -> set[Call]:
    """Return the functions and operators that a text calls by name."""
    found, calls = tokens(text), set()
    for at, token in enumerate(found):
        if is_called(found, at):
            schema = found[at - 2].name if begins(found, at) < at else ""
            calls.add((schema, token.name))
        elif token.kind == "operator" and text_at(found, at - 1) != ".":
            calls.add(("", token.text))
        elif token.kind == "operator" and text_at(found, at - 4) == "operator":
            calls.add((found[at - 2].name, token.text))  # and not the `*` of `users.*`
    return calls


def differ(one: Collection[Call], other: Collection[Call], own: Mapping[str, Place]) -> bool:
    """Return whether two texts call functions of one name and different schemas.

    Or one of them a function that may be somebody's, and the other none of that name.
    """
    for name in own.keys() & {name for _, name in (*one, *other)}:
        left, right = ({schema for schema, its in side if its == name} for side in (one, other))
        if left and right:
            different = _differ(left, right, own[name])
        else:
            different = _is_own(name, left | right, own[name])
        if different:
            return True
    return False


def _is_own(name: str, called: set[str], place: Place) -> bool:
    """Return whether a function that only one text calls may be another than pg_catalog's."""
    if not place.of_server or place.hide:
        return True
    if is_operator(name):  # BETWEEN, LIKE and the like are words for them
        return False
    return bool(called & place.schemas.keys()) or (name in CALLS and any(place.schemas.values()))


def is_operator(name: str) -> bool:
    """Return whether a name is an operator's, and no function's."""
    return name[0] in "-+*/<>=~!@#%^&|`?"


def _differ(one: set[str], other: set[str], place: Place) -> bool:
    found = {schema for schema, visible in place.schemas.items() if visible}
    found |= {"pg_catalog"} if place.of_server else set()
    # Which of several is found depends on types; the plans were made with one and the same.
    perhaps = found if "" in one | other and len(found) > 1 else set()
    meant = [side - {""} | (found - perhaps if "" in side else set()) for side in (one, other)]
    return bool((meant[0] ^ meant[1]) - perhaps)
