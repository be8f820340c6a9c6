"""Reads objects of a database that no family of the snapshot has, such as operators and casts."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from psycopg import Connection

from pytest_schemaverify.databases.reading import Reader, reader_over
from pytest_schemaverify.sql.queries import query

from .row_digest import DIGEST


class OtherObject(NamedTuple):
    """An operator, a cast, a collation … as it is now."""

    how: str
    """Its properties as one text, which is compared and shown."""
    owner: str
    role: str = ""
    """The role that has them, if these are privileges."""


PRIVILEGES = "privileges"
"""The kind of privileges on objects that an extension or PostgreSQL itself brings."""
AS_GIVEN = "as given at first"
"""Stands for privileges that are as the extension or PostgreSQL itself has made them, see
https://www.postgresql.org/docs/current/catalog-pg-init-privs.html"""

OtherObjects = Mapping[tuple[str, str, str], OtherObject]
"""By kind, schema ("" for what is in none) and whole name."""


def other_objects(connection: Reader | Connection[Any]) -> OtherObjects:
    """Return the objects that no expectation is about, but that a rollback has to restore."""
    with reader_over(connection).undone() as reader:
        reader.plainly(search_path="")  # so that names print with their schema
        things = {
            (str(kind), str(schema), str(name)): OtherObject(str(how), str(owner))
            for kind, schema, name, how, owner in reader.rows(
                query(__package__, "other_objects"), bound=None
            )
        }
        privileges = {
            (PRIVILEGES, str(schema), f"of {role} on {what}"): OtherObject(str(how), "", str(role))
            for role, schema, what, how in reader.rows(query(__package__, "given"), bound=None)
        }
        return things | privileges


def members(connection: Connection[Any]) -> Mapping[str, str]:
    """Return properties and comments of the objects that extensions and PostgreSQL bring.

    They are not compared with a live database, where another version of an extension has others.
    """
    with reader_over(connection).undone() as reader:
        reader.plainly(search_path="")
        rows = [
            row
            for asked in (query(__package__, "members"), _REMARKS)
            for row in reader.rows(asked, bound=None)
        ]
        return {str(what): str(how) for what, how in rows}


_REMARKS = """
    select 'comment on ' || pg_catalog.pg_describe_object(c.classoid, c.objoid, c.objsubid),
      c.description
    from pg_catalog.pg_description c
    where c.classoid = 'pg_catalog.pg_language'::regclass
      or exists (
        select from pg_catalog.pg_depend d
        where d.classid = c.classoid and d.objid = c.objoid and d.deptype = 'e'
      )
"""


def large_objects(connection: Connection[Any]) -> tuple[int, str]:
    """Return the number of large objects, and a digest of their content, owners and privileges.

    For a role that may not read the catalog it is (0, "").
    """
    # Asked first, because an error would end the transaction.
    readable = connection.execute(_READABLE).fetchone()
    if not readable or not readable[0]:
        return 0, ""
    number, described, content = connection.execute(_LARGE_OBJECTS).fetchone() or (0, 0, 0)
    return int(number), f"{described} {content}"


_READABLE = "select pg_catalog.has_table_privilege('pg_catalog.pg_largeobject', 'select')"
_LARGE_OBJECTS = f"""
    select count(*), {DIGEST.format("row(oid, lomowner, lomacl)::text")},
      (select {DIGEST.format("pg_catalog.concat(loid, ' ', pageno, ' ', data)")}
       from pg_catalog.pg_largeobject)
    from pg_catalog.pg_largeobject_metadata
"""
