"""Databases that the files build once more, beside the one that is verified."""

from contextlib import ExitStack
from functools import cached_property

from pytest_schemaverify import databases
from pytest_schemaverify.errors import CannotDetermine, DatabaseUnavailable
from pytest_schemaverify.errors.internal_errors import Once
from pytest_schemaverify.rehearsal.apart import Apart, reason, telling
from pytest_schemaverify.rehearsal.build import Target, wish
from pytest_schemaverify.rehearsal.files import BEFORE
from pytest_schemaverify.rehearsal.history import History, Rebuilt, replay, replay_on
from pytest_schemaverify.verification.contract import Contract


class Replays:
    """The databases that the files of a contract build, with the statement that made each change.

    Each is built once, when the first check asks; an error is raised again for the next.
    """

    def __init__(self, contract: Contract, target: Target) -> None:
        self._contract = contract
        self._target = target
        self._servers = databases.Servers(contract.config)
        """Servers of ours, for a database beside an existing one."""
        self._once = Once()

    @cached_property
    def apart(self) -> Apart:
        """The way to build the database on a server of its own."""
        return Apart(self._contract.config, wish(self._contract.spec), self._contract.recipe)

    def rebuilt(self) -> Rebuilt:
        """Return the database that the files build, with its history.

        Raises CannotDetermine when there are no files, DatabaseUnavailable without a server.
        """
        return self._once("building a database from the files", self._rebuild)

    def _rebuild(self) -> Rebuilt:
        contract, files, server = self._contract, self._contract.files, self._target.server
        if files is None:
            raise CannotDetermine("building a database from the files", because="there are none")
        if files.backup is not None:
            raise CannotDetermine(
                "building from the files what the live database is compared with",
                because="they begin with a backup, and that is not in the files",
                remedy="name the files that built it under `before`",
            )
        spec, folder, first = contract.spec, contract.folder, contract.recipe.first
        with ExitStack() as stack:
            if server is None:
                server = self._servers(wish(spec))
            elif reason(server, (*first, *files.forward)):
                server = stack.enter_context(self.apart.server())
            stack.enter_context(telling("building a database from the files", server, first))
            return replay(server, spec, files.forward, folder)

    def history(self) -> History | None:
        """Return the last statement that changed each object; None where that cannot be known.

        Raises CannotDetermine, or what a bug raises.
        """
        files = self._contract.files
        if self._target.server is None or files is None:
            return None
        try:
            if files.backup is None:
                return self.rebuilt().history
            return self._once("following the files from the backup on", self._since_backup)
        except DatabaseUnavailable:
            return None  # a place in the files is a help, not the result

    def _since_backup(self) -> History | None:
        """Return the history of objects that begins with the backup."""
        target, files = self._target, self._contract.files
        if target.server is None or files is None or files.backup is None:
            return None
        migrations = [one.migration for one in target.applied]
        with (
            self.apart.database(())
            if reason(target.server, migrations)
            else databases.copied(target.server, target.stages[BEFORE].database) as dsn
        ):
            return replay_on(dsn, target.role, migrations, files.backup)

    def close(self) -> None:
        """End the servers that were started for them."""
        self._servers.stop()
