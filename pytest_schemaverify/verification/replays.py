"""Databases that the files build once more, beside the one that is verified."""

from contextlib import ExitStack
from functools import cached_property

from pytest_schemaverify import databases
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.errors.internal_errors import Once
from pytest_schemaverify.rehearsal.apart import Apart, reason, telling
from pytest_schemaverify.rehearsal.history import History, history
from pytest_schemaverify.rehearsal.recipe import wish
from pytest_schemaverify.rehearsal.replay import Rebuilt, replay
from pytest_schemaverify.rehearsal.target import Target
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

        A bug raises what it raises.
        """
        recorder, files = self._target.recorder, self._contract.files
        if recorder is None or files is None:
            return None
        return self._once("looking for what last changed", lambda: history(recorder, files.backup))

    def close(self) -> None:
        """End the servers that were started for them."""
        self._servers.stop()
