"""The policies of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import OF_RELATION, Rows, Source
from pytest_schemaverify.kinds.expressions import same_expression

_HERE = Path(__file__).parent


WRITES = ("insert", "update", "delete")
"""The commands that write."""
# pg_policy.polcmd: https://www.postgresql.org/docs/current/catalog-pg-policy.html
_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}


class Policy(NamedTuple):
    """A row-level security policy."""

    schema: str
    table: str
    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: str | None
    with_check: str | None
    comment: str

    def deciding(self, command: str) -> tuple[str, ...] | None:
        """Return the expressions that decide about a command's rows, that on old rows first.

        None where the policy is for other commands or lacks one of them: a permissive policy lets
        no row through then. New rows are checked by `using` where there is no `with check`.
        """
        if self.command not in (command, "all"):
            return None
        new = self.using if self.with_check is None else self.with_check
        found = {"insert": (new,), "update": (self.using, new)}.get(command, (self.using,))
        given = tuple(text for text in found if text is not None)
        return given if len(given) == len(found) else None


def _read(source: Source) -> Iterator[Policy]:
    """Yield the row-level security policies."""
    for oid, table, name, command, permissive, roles, using, with_check in source.rows(
        _HERE / "policies.sql"
    ):
        if table in source.kept:
            yield Policy(
                *source.relations[table], name, _COMMANDS[command], permissive,
                # 0 in polroles is PUBLIC, and has that name among the roles of a snapshot.
                tuple(sorted(source.roles[role] for role in roles)), using, with_check,
                source.comment("pg_policy", oid),
            )  # fmt: skip


ROWS = (
    Rows(
        family="policies",
        read=_read,
        key=("schema", "table", "name"),
        noun="policy",
        inside=OF_RELATION,
        texts={"using": same_expression, "with_check": same_expression},
    ),
)
