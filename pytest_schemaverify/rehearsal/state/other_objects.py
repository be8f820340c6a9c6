"""What is in a database besides what the catalog's families hold."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from psycopg import Connection

from pytest_schemaverify.databases.reading import Reader, over
from pytest_schemaverify.sql.queries import query

from .row_digest import DIGEST


class OtherObject(NamedTuple):
    """An operator, a cast, a collation … as it is now."""

    how: str
    """Its properties as one text, only to be compared."""
    owner: str
    role: str = ""
    """Whose privileges these are."""


PRIVILEGES = "privileges"
"""Kind of what somebody has on what an extension or PostgreSQL itself brings."""
AS_GIVEN = "as given at first"
"""What nobody has granted or revoked since an extension or PostgreSQL itself made it."""

OtherObjects = Mapping[tuple[str, str, str], OtherObject]
"""By kind, schema ("" for what is in none) and whole name."""


def other_objects(connection: Reader | Connection[Any]) -> OtherObjects:
    """Return what nobody expects anything of, but a rollback has to restore."""
    with over(connection).undone() as reader:
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
    """Return the properties, comments and owners of what extensions and PostgreSQL itself bring.

    This is not told for a live database: another version of an extension has others.
    """
    with over(connection).undone() as reader:
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
    where c.classoid in ('pg_catalog.pg_extension'::regclass, 'pg_catalog.pg_language'::regclass)
      or exists (
        select from pg_catalog.pg_depend d
        where d.classid = c.classoid and d.objid = c.objoid and d.deptype = 'e'
      )
    union all
    select 'owner of extension ' || e.extname, e.extowner::regrole::text
    from pg_catalog.pg_extension e
"""


def large_objects(connection: Connection[Any]) -> tuple[int, str]:
    """Return their number and a digest of content, owners and privileges.

    What the role may not read counts as nothing.
    """
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
