"""The database that a file of expectations is verified against."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from pytest_schemaverify import databases
from pytest_schemaverify.canonical.server_errors import reason, unavailable
from pytest_schemaverify.catalog import Catalog, Key, Row
from pytest_schemaverify.catalog.gaps import gaps
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.poolers import note
from pytest_schemaverify.databases.reader_role import advice
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.databases.versions import newer
from pytest_schemaverify.errors import DatabaseUnavailable, Refused
from pytest_schemaverify.errors.internal_errors import described
from pytest_schemaverify.kinds.snapshot import read, usual
from pytest_schemaverify.rehearsal.moments import UNSEEDED

if TYPE_CHECKING:  # no existing database waits for what builds one
    from pytest_schemaverify.databases import Server
    from pytest_schemaverify.migrations.apply import Applied
    from pytest_schemaverify.rehearsal.history import Recorder
    from pytest_schemaverify.rehearsal.stages import Stage
    from pytest_schemaverify.rehearsal.state import State


@dataclass(frozen=True, slots=True)
class Target:
    """The database to verify, as it was found or built: plain values, so it can be handed on."""

    dsn: Dsn
    description: str
    """One line: which server, which version, which platform."""
    notes: tuple[str, ...]
    catalog: Catalog
    server: "Server | None" = None
    """The server on which it was built; None for an existing database."""
    template: str = ""
    """Name of a copy without connections, from which checks that write make their own copies."""
    failure: str = ""
    """Why the migrations did not apply, if they did not."""
    before: "State | None" = None
    """The state before the migrations; None if no check compares with it."""
    applied: "tuple[Applied, ...]" = ()
    """The files that were applied, and how; not those that a backup had already."""
    stages: "Mapping[str, Stage]" = field(default_factory=dict)
    """The database on the way, by version; `before` is before the first."""
    role: str = ""
    """The role that ran the migrations; '' is the superuser."""
    stand_ins: tuple[str, ...] = ()
    """Extensions that are installed and are not the real ones."""
    recorder: "Recorder | None" = None
    """Which statement touched which object; None where that was not noted."""

    def at(self, stage: str) -> "Target":
        """Return the database right after a version; if that was not reached, this one."""
        reached = self.stages.get(stage)
        if reached is None:
            return self
        return replace(
            self, dsn=reached.dsn, catalog=reached.catalog, template=reached.database, failure="",
            # Nothing has been seeded at a moment on the way either.
            stages={name: one for name, one in self.stages.items() if name != UNSEEDED},
        )  # fmt: skip


def live(dsn: Dsn, wanted: Container[str] | None = None) -> Target:
    """Return an existing database as a target; it is only read.

    Of its catalog the families `wanted` are read at first, by default the usual ones.
    """
    where = databases.redacted(dsn)
    try:
        with databases.reader(dsn) as reader:
            catalog = _read_twice(reader, where, wanted)
            notes = [*filter(None, [note(*reader.address)]), *advice(reader)]
    except Refused as error:
        raise unavailable(f"reading the catalog of {where}", error) from None
    later(catalog, dsn)
    description = f"{where}, PostgreSQL {_version(catalog.version)}{vector(catalog)}, read-only"
    return Target(dsn, description, (*newer(catalog.version), *notes), catalog)


def completed(target: Target, wanted: frozenset[str]) -> Target:
    """Return the target after reading those of the families `wanted` that its catalog lacks."""
    missing = wanted - target.catalog.families.keys()
    if missing:
        with databases.reader(target.dsn) as reader:
            catalog = _read_twice(reader, target.description, missing)
        target.catalog.families.update(catalog.families)
    return target


def later(catalog: Catalog, dsn: Dsn) -> None:
    """Have what was left out of a catalog read from that database when it is asked for."""
    if not usual() <= catalog.families.keys():
        # No closure: workers get the catalog, too.
        catalog.families.rest = partial(_rest, dsn)


def _rest(dsn: Dsn, there: frozenset[str]) -> Mapping[str, Mapping[Key, Row]]:
    with databases.reader(dsn) as reader:
        return _read_twice(reader, databases.redacted(dsn), without=there).families


def _read_twice(
    reader: Reader,
    where: str,
    wanted: Container[str] | None = None,
    without: Container[str] = (),
) -> Catalog:
    """Return the catalog; read once more where what the snapshot has was dropped meanwhile.

    The functions that describe objects (pg_get_viewdef and the like) look at the catalog as it is
    now: of what is gone they return NULL, or raise one of several errors. Raises
    DatabaseUnavailable, or Refused.
    """
    for again in (False, True):
        try:
            if again:
                reader.begin()
            catalog = read(reader, usual() if wanted is None else wanted, without)
            missing = next(gaps(catalog), "")
            if not missing:
                return catalog
            problem = f"{missing} was dropped meanwhile"
        except DatabaseUnavailable:
            raise
        except Refused as error:
            if error.state.startswith(_LASTING):
                raise
            problem = reason(error)
        except Exception as error:
            problem = described(error)
    raise DatabaseUnavailable(
        f"reading the catalog of {where}",
        because=f"it was read twice, and both times something went wrong: {problem}",
        remedy="try again while nobody changes the schema; if it happens again, please report "
        "these lines, and what `pytest -VV` prints",
    )


_LASTING = ("42501", "53", "54", "55", "57", "58")
"""SQLSTATEs, or their first two characters, for missing privileges, memory or time.

Asking again changes nothing: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""


def vector(catalog: Catalog) -> str:
    """Return pgvector's version behind a comma; "" where it is not installed."""
    extension = catalog.find("extensions", ("vector",))
    return f", pgvector {extension.version}" if extension else ""


def _version(number: int) -> str:
    # Since PostgreSQL 10 the minor version is the rest: 180006 is 18.6.
    return f"{number // 10000}.{number % 10000}"
