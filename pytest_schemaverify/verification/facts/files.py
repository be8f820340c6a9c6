"""Facts about migration files and what happened when they were applied."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_schemaverify.errors import CannotDetermine, MigrationFailed, SchemaVerifyError, restored
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.psql_commands import parts
from pytest_schemaverify.rehearsal import copies
from pytest_schemaverify.rehearsal.copies import Rehearsal
from pytest_schemaverify.rehearsal.crash import Crash
from pytest_schemaverify.rehearsal.files import Files
from pytest_schemaverify.rehearsal.moments import UNSEEDED
from pytest_schemaverify.rehearsal.preserved import Fate
from pytest_schemaverify.verification.planning import Planned

from .facts import Fact, Facts

if TYPE_CHECKING:
    from pytest_schemaverify.migrations.static import Analysis

_OF_VERSIONS = frozenset({"migrations.unique", "migrations.ordered", "migrations.pattern"})


def files_of(planned: Planned, facts: Facts) -> Files:
    """Return the migration files. Raises CannotDetermine when a check has no file to look at."""
    if facts.files is None:
        raise CannotDetermine(
            "looking at the migrations",
            because="neither the file nor an option names any",
            remedy="add `migrations: {directory: …}` to the file, or give --schema-migrations",
        )
    if not facts.files.directory.migrations and planned.check in _OF_VERSIONS:
        raise CannotDetermine(
            "looking at the versions of the migrations",
            because="there is no migration in the folder",
            remedy=f"set `migrations.directory`; looked for {facts.files.directory.expects}",
        )
    return facts.files


def _scripts(planned: Planned, facts: Facts) -> tuple[Migration, ...]:
    """Return all migration files that are judged, also those of the rollback.

    Raises CannotDetermine for one that cannot be read.
    """
    files = files_of(planned, facts)
    # A file may be in more than one of these lists.
    known = dict.fromkeys((*files.before, *files.apply, *files.rollback, *files.directory.down))
    try:
        scripts = [part for script in known for part in parts(script)]
    except MigrationFailed as error:
        raise _unreadable(error) from None
    return tuple(
        one
        for one in scripts
        if facts.new is None or one.path in facts.new or one.whole.path in facts.new
    )


def _analysis(planned: Planned, facts: Facts) -> "Analysis":
    """Return the parsed content of the migration files. Raises CannotDetermine."""
    from pytest_schemaverify.migrations.static import analysed

    files = files_of(planned, facts)

    def found() -> "Analysis":
        try:
            return analysed(files.before, files.apply, facts.new)
        except MigrationFailed as error:
            raise _unreadable(error) from None

    return facts.once("reading what the migration files say", found)


def _unreadable(error: MigrationFailed) -> SchemaVerifyError:
    # Its whole text: that may have lines of a file, or of what a program has said.
    return restored(CannotDetermine, str(error))


def _again(planned: Planned, facts: Facts) -> Rehearsal:
    return copies.applied_again(facts.target.at(UNSEEDED), facts.apart)


def _back(planned: Planned, facts: Facts) -> Rehearsal:
    return copies.rolled_back(facts.target.at(UNSEEDED), files_of(planned, facts), facts.apart)


def _crash(planned: Planned, facts: Facts) -> Crash | None:
    return copies.crashed(facts.target.at(UNSEEDED), facts.progress, facts.apart)


def _fate(planned: Planned, facts: Facts) -> Fate:
    entry: Any = planned.entry
    return copies.fate(facts.target.at(UNSEEDED), str(planned.path[-1]), entry, facts.schema)


FACTS: Mapping[str, Fact] = {
    "files": files_of,
    "scripts": _scripts,
    "new": lambda planned, facts: facts.new,
    "analysis": _analysis,
    "failure": lambda planned, facts: facts.target.failure,
    "again": _again,
    "back": _back,
    "crash": _crash,
    "cost": lambda planned, facts: facts.measured(),
    "fate": _fate,
}
