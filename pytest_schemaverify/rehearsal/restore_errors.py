"""The errors that a backup has to expect on another server than its own, and what was made of them.

A server of ours lacks the roles and extensions of the production server, and the platform has made
some objects before. Everything else ends the restore.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.databases.ownership import ROLE_MARK
from pytest_schemaverify.rehearsal.dump_script import sets

_THERE_ALREADY = frozenset({"42P06", "42P07", "42710", "42723", "42P16"})
"""Schema, relation, object, function: already exists. The last: a second primary key.

https://www.postgresql.org/docs/current/errcodes-appendix.html
"""
_ROLE = re.compile(r'role "(?P<name>.+)" does not exist')
_EXTENSION = re.compile(
    r"\s*(?:create|comment\s+on)\s+extension\s+(?:if\s+not\s+exists\s+)?(\S+)", re.I
)
_SETTING = "unrecognized configuration parameter"


@dataclass(slots=True)
class Restored:
    """What differs from the backup after a restore that came to its end."""

    rows: int = 0
    there_already: int = 0
    """Objects that the platform had made before."""
    roles: list[str] = field(default_factory=list)
    """Roles that a backup does not hold; they were made, without any rights."""
    extensions: list[str] = field(default_factory=list)
    """Extensions that the server does not have; they were left out."""

    def notes(self) -> list[str]:
        """Return a line for each kind of difference, for the summary."""
        lines = []
        if self.there_already:
            lines.append(f"{self.there_already} objects of the backup were there already")
        if self.roles:
            lines.append(f"roles that the backup needs, made without rights: {_few(self.roles)}")
        if self.extensions:
            lines.append(f"extensions of the backup, left out: {_few(self.extensions)}")
        return lines


def made_role(connection: Connection[Any], error: psycopg.Error, result: Restored) -> bool:
    """Create the role whose absence is the error, without any rights; return whether it was that.

    pg_dump writes no roles, as they belong to the server; pg_dumpall --roles-only does.
    """
    missing = _ROLE.search(error.diag.message_primary or "")
    # A role that was made and is missing still is another error: once more would never end.
    if missing is None or missing["name"] in result.roles:
        return False
    name = sql.Identifier(missing["name"])
    connection.execute(sql.SQL("create role {}").format(name))
    # On an existing server it goes at the end of the run, as those do that files make.
    connection.execute(sql.SQL("comment on role {} is {}").format(name, sql.Literal(ROLE_MARK)))
    result.roles.append(missing["name"])
    return True


def forgiven(statement: str, error: psycopg.Error, result: Restored) -> bool:
    """Return whether a restore goes on after an error, which is then noted in the result."""
    message = error.diag.message_primary or str(error)
    extension = _EXTENSION.match(statement)
    # ALTER TABLE … ATTACH PARTITION of a table that is one has SQLSTATE 42809, wrong_object_type.
    if error.sqlstate in _THERE_ALREADY or "is already a partition" in message:
        result.there_already += 1
        return True
    # 0A000: not available. 58P01: so before PostgreSQL 15. 42704: COMMENT ON what was left out.
    if extension and error.sqlstate in ("0A000", "58P01", "42704"):
        name = extension[1].strip('"')
        if name not in result.extensions:
            result.extensions.append(name)
        return True
    # A newer pg_dump sets parameters that an older server does not have: transaction_timeout.
    return _SETTING in message and sets(statement)


def remedy(error: psycopg.Error) -> str:
    """Return what to do about an error that is not forgiven, or ""."""
    # A column that the platform's table lacks, or a row that it has made already.
    if error.sqlstate in ("42703", "23505"):
        return (
            "where the backup holds the platform's own schemas too, say `database: {platform: "
            "postgres}`; or dump the project's schemas only: pg_dump --schema=public …"
        )
    return error.diag.message_hint or ""


def _few(names: list[str]) -> str:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"{', '.join(names[:8])}{more}"
