"""Reads what a server keeps for all of its databases, and about one of them as a whole."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from psycopg import Connection

from pytest_schemaverify.databases.reading import Reader, reader_over
from pytest_schemaverify.sql.queries import query
from pytest_schemaverify.sql.secrets import setting


class Kept(NamedTuple):
    """A role, a membership, a setting, the privileges of a role … as it is now."""

    how: str
    """Its properties as people may see them: of a secret only that there is one."""
    granted: str = ""
    """The roles that granted it."""
    digest: str = ""
    """The SHA-256 of a secret, by which two secrets are told apart; "" for what is none."""
    whose: tuple[str, ...] = ()
    """The roles that it is about. The first one of a membership is the member."""
    own: bool = False
    """Whether it is about this database alone."""


Cluster = Mapping[tuple[str, str], Kept]
"""By kind and name: `("membership", "of api in team")`."""

HIDDEN = "a value, which is not shown"


def cluster(connection: Reader | Connection[Any]) -> Cluster:
    """Return what every role may see of the server: all but passwords and files.

    The catalogs are those that databases share (pg_class.relisshared).
    """
    with reader_over(connection).undone() as reader:
        reader.plainly(search_path="")
        text = query(__package__, "cluster").decode()
        if reader.version < 150000:
            text = _SINCE_15.sub("", text)
        return {
            (kind, name): _kept(kind, name, how, granted, whose, own=own)
            for own, kind, name, whose, how, granted in reader.rows(text.encode(), bound=None)
        }


def everything(
    connection: Connection[Any], *, ours: bool, named: frozenset[str] = frozenset()
) -> Cluster:
    """Return the same as `cluster`, and what only a superuser sees if the server is ours.

    Of an existing server, only what is about this database or about one of the roles `named` is
    returned, because other people may change the rest at any time.
    """
    found = cluster(connection)
    if not ours:
        return {
            key: one for key, one in found.items() if one.own or not named.isdisjoint(one.whose)
        }
    return {**found, **dict(_of_superusers(connection))}


def roles(found: Cluster) -> frozenset[str]:
    """Return the names of all roles."""
    return frozenset(one.whose[0] for (kind, _), one in found.items() if kind == "role")


def follows(kind: str, kept: Kept, whole: frozenset[str]) -> bool:
    """Return whether something came or went together with one of the roles `whole`."""
    return kind != "role" and not whole.isdisjoint(kept.whose)


def _kept(kind: str, name: str, how: str, granted: str, whose: list[str], *, own: bool) -> Kept:
    # A setting may be a secret, such as app.settings.jwt_secret, and what is kept here is printed.
    if kind == "setting":
        said = f"{name.partition(' of ')[0]}={how}"
        if setting(said) != said:
            return Kept(HIDDEN, "", _digest(how), tuple(whose), own)
    return Kept(how, granted, "", tuple(whose), own)


def _of_superusers(connection: Connection[Any]) -> Iterator[tuple[tuple[str, str], Kept]]:
    for role, quoted, password in connection.execute(_PASSWORDS):
        # `md5…` or `SCRAM-SHA-256$…`, see pg_authid.rolpassword.
        how = "MD5" if password.startswith("md5") else password.partition("$")[0]
        name = ("password", f"of role {quoted}")
        yield name, Kept(how, "", _digest(password), (role,))
    for name, value in connection.execute(_SYSTEM):
        yield ("setting", f"{name} of the server"), _kept("setting", name, value, "", [], own=False)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# pg_parameter_acl is there since 15.
_SINCE_15 = re.compile(r"/\*\{15:\*/.*?/\*\}\*/", re.DOTALL)
_PASSWORDS = """
    select rolname, pg_catalog.quote_ident(rolname), rolpassword from pg_catalog.pg_authid
    where rolpassword is not null
"""
# What `alter system` has written, also if it only holds after a restart.
_SYSTEM = """
    select name, setting from pg_catalog.pg_file_settings
    where sourcefile like '%postgresql.auto.conf'
"""
