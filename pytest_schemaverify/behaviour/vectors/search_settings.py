"""What a search is set to: by its function, by the role that calls it, by the database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine, Refused
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql.lexical import without_comments
from pytest_schemaverify.sql.names import quoted

_OURS = re.compile(r"(?:hnsw|ivfflat)\.", re.IGNORECASE)
MAIN = {"hnsw": "hnsw.ef_search", "ivfflat": "ivfflat.probes"}
"""What most decides how much an index of each method finds."""


class Setting(NamedTuple):
    """A value of a setting of pgvector's."""

    name: str
    value: str
    whose: str
    """What sets it: `the role anon`; "" for the file of expectations."""

    def __str__(self) -> str:
        return f"{self.name} = {self.value}" + (f" of {self.whose}" if self.whose else "")


def of_function(function: Function, method: str, every: Iterable[Function]) -> list[Setting]:
    """Return what a function is called with.

    Raises CannotDetermine when its body sets more, or one of `every` function that it calls does.
    """
    own = list(_listed(function.settings, f"the function {_name(function)}"))
    for one in _with_called(function, every):
        where = "its body" if one == function else f"{_name(one)}, which it calls"
        text = "\n".join([_body(one), *(one.settings if one != function else ())])
        if found := re.search(rf"\b{method}\b(?:\.\w+)?", text, re.IGNORECASE):
            setting = found[0] if "." in found[0] else MAIN[method]
            raise CannotDetermine(
                f"finding out what {_name(function)} searches with",
                because=f"{found[0]} is in {where}, and nobody can tell to what it is set",
                remedy="say `ef_search` or `probes` under `recall`, or let the function have a "
                f"`set {setting} = …` of its own",
            )
    return own


def _with_called(function: Function, every: Iterable[Function]) -> list[Function]:
    """Return a function with those whose names are called in its body, or in theirs."""
    found, known = [function], [*every]
    for one in found:
        called = set(re.findall(r'(\w+)"?\s*\(', _body(one)))
        found += [more for more in known if more.name in called and more not in found]
    return found


def _body(function: Function) -> str:
    # A setting that only a comment names sets nothing.
    return without_comments(function.source)


def _name(function: Function) -> str:
    return quoted(function.schema, function.name)


def of_roles(reader: Reader, roles: Sequence[str]) -> list[list[Setting]]:
    """Return what the sessions of roles begin with: for each different one among them a list.

    What is set for a role counts more than what is set for the database. Without roles it is the
    latter alone. https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html
    """
    rows = reader.rows(_OF_ROLES, list(roles))
    different: dict[frozenset[tuple[str, str]], list[Setting]] = {}
    for role in roles or [""]:
        found: dict[str, Setting] = {}
        for name, settings in rows:
            if name in ("", role):
                whose = f"the role {quoted(name)}" if name else "the database"
                found |= {one.name: one for one in _listed(settings, whose)}
        known = frozenset((one.name, one.value) for one in found.values())
        different.setdefault(known, list(found.values()))
    return list(different.values())


# Those that count least come first: of all, of the database, of the role, of the role in the
# database.
_OF_ROLES = """
    select coalesce(r.rolname, ''), s.setconfig
    from pg_catalog.pg_db_role_setting as s
    left join pg_catalog.pg_roles as r on r.oid = s.setrole
    left join pg_catalog.pg_database as d on d.oid = s.setdatabase
    where (s.setrole = 0 or r.rolname = any ($1::pg_catalog.name[]))
        and (s.setdatabase = 0 or d.datname = pg_catalog.current_database())
    order by s.setrole <> 0, s.setdatabase <> 0
"""


def _listed(settings: Iterable[str], whose: str) -> Iterable[Setting]:
    for name, _, value in (setting.partition("=") for setting in settings):
        if _OURS.match(name):
            yield Setting(name.lower(), value, whose)


def put(reader: Reader, settings: Iterable[Setting]) -> Mapping[str, Setting]:
    """Set these until the transaction ends, the last of a name counts, and return them by name.

    What is set for this session or its role alone is set back to the default first. Raises
    CannotDetermine for what the server does not take, such as a setting of a later pgvector.
    """
    # A person who verifies may have settings of pgvector of their own, which no search of the
    # project has.
    for name, default in reader.rows(_OWN):
        reader.row(_SET, name, default)
    chosen = {one.name: one for one in settings}
    for one in chosen.values():
        try:
            reader.row(_SET, one.name, one.value)
        except Refused as error:
            raise CannotDetermine(
                f"setting {one}",
                because=error.message,
                remedy="look for what the installed pgvector takes: "
                "https://github.com/pgvector/pgvector#query-options",
            ) from None
    return chosen


_SET = "select pg_catalog.set_config($1, $2, true)"
_OWN = """
    select name, boot_val from pg_catalog.pg_settings
    where name ~ '^(hnsw|ivfflat)[.]' and source in ('client', 'user', 'database user')
"""
