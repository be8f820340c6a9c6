"""Whether one tenant can see or touch rows of another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from psycopg import sql

from pytest_schemaverify import names
from pytest_schemaverify.access.attempts import Observed, written
from pytest_schemaverify.access.interference import NOT_TRIED, interferences
from pytest_schemaverify.access.observe import COMMANDS, observed
from pytest_schemaverify.access.scene import Scene
from pytest_schemaverify.access.statements import Table
from pytest_schemaverify.databases.bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine

PUBLISHED = """
select p.pubname, p.schemaname, p.tablename, c.relrowsecurity
from pg_catalog.pg_publication_tables p
join pg_catalog.pg_namespace n on n.nspname = p.schemaname
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
order by 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Leak:
    """A way from one tenant to another's rows, or something that could not be tried."""

    subject: str
    """Table, view or function."""
    actual: str
    again: str = ""
    """How to see it again."""
    untried: bool = False
    bound: bool = False
    """Whether it could not be tried within bounds, so that nobody can tell."""


def leaks(scene: Scene, schemas: frozenset[str], excepted: Callable[[str], bool]) -> Iterator[Leak]:
    """Yield each way in which `tenant A` reaches rows of `tenant B`, and what was not tried.

    What is excepted is not tried, which is told as well. Raises CannotDetermine when row-level
    security does not hold for the tenants' role.
    """
    for table in sorted(scene.owners):
        if excepted(names.quoted(*table)):
            yield Leak(names.quoted(*table), NOT_TRIED)
        else:
            yield from _table(scene, table)
    yield from _published(scene)
    tables = [table for table in scene.owners if table not in scene.problems]
    for one in interferences(scene, tables, schemas, excepted):
        yield Leak(one.subject, one.told, one.again, one.untried, one.bound)


def _table(scene: Scene, table: Table) -> Iterator[Leak]:
    tenant = scene.identities["tenant A"]
    subject = names.quoted(*table)
    for command in COMMANDS:
        try:
            found = observed(scene, tenant, table, command, {})
        except BoundMet as error:
            if scene.connection.closed:
                raise
            yield Leak(subject, f"{command}: {error.bound}", untried=True, bound=True)
            return
        except CannotDetermine as error:
            yield Leak(subject, _because(error), untried=True)
            return
        if found.power:
            raise CannotDetermine(
                f"acting as tenants, the role {tenant.role}",
                because=f"{found.power}: row-level security does not hold for it",
                remedy="name the role that the API uses under `isolate.role`",
            )
        if not found.others or not found.own:
            whose = "tenant B" if not found.others else "tenant A"
            yield Leak(subject, f"there is no row of {whose} in it", untried=True)
            return
        yield from _reached(subject, found, command)


def _reached(subject: str, found: Observed, command: str) -> Iterator[Leak]:
    for one in found.attempts:
        again = f"{one.name}:\n{written(found.identity, one.outcome)}"
        if one.others or (one.told and one.name not in _NOT_OF_TENANTS):
            what = _DOES[command] if one.others else one.told
            lines = [f"tenant A {what}", *one.shown]
            yield Leak(subject, "\n".join(lines), again)
            return
        if one.main and found.kind(one) == "broken":
            yield Leak(
                subject, f"{command}: an error inside a policy: {one.outcome}", again, untried=True
            )
            return
        if one.main and one.possible and "one's own" not in one.name:
            because = f"{one.name}: it fails as administrator too: {one.possible}"
            yield Leak(subject, because, again, untried=True)
            return


_NOT_OF_TENANTS = ("insert of a value that must be unique", "setval() of the table's sequence")
"""What tells something, or harms everybody, and is no way to a row of another tenant."""
_DOES = {
    "select": "sees a row of tenant B", "insert": "adds a row in the name of tenant B",
    "update": "changes a row of tenant B", "delete": "deletes a row of tenant B",
}  # fmt: skip


def _because(error: CannotDetermine) -> str:
    tried, *rest = (line.strip() for line in str(error).splitlines())
    because = next((line for line in rest if line.startswith("because ")), "")
    return f"{tried}: {because.removeprefix('because').strip()}"


def _published(scene: Scene) -> Iterator[Leak]:
    """Yield tables whose changes are sent to whoever listens, without policies to ask.

    Supabase's Realtime asks the policies for reading, for each subscriber, where a table has
    row-level security; where it has none, everybody with the right to read gets every change.
    """
    for publication, schema, table, secured in scene.connection.execute(PUBLISHED).fetchall():
        if (schema, table) in scene.owners and not secured:
            told = f"the publication {publication} sends its changes, and it has no policies to ask"
            statement = sql.SQL("alter table {} enable row level security;").format(
                sql.Identifier(schema, table)
            )
            yield Leak(names.quoted(schema, table), told, statement.as_string(scene.connection))
