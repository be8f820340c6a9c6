"""The disposable servers of a run, as long as it needs them."""

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from pytest_schemaverify.settings.config import Config

if TYPE_CHECKING:
    from pytest_schemaverify.databases.server import Server, Wish


class Servers:
    """The disposable servers of a run, one for each wish, started when they are first needed.

    There are two where one file of expectations runs migrations as `postgres` and another does not,
    because that role is either a superuser or not.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._stack = ExitStack()
        self._servers: dict[Wish, Server] = {}

    def __call__(self, wish: "Wish") -> "Server":
        """Return the server for a wish, started if need be. Raises DatabaseUnavailable."""
        if wish not in self._servers:
            # A run without disposable databases does not wait for the ways to a server.
            from pytest_schemaverify.databases.providers import start

            self._servers[wish] = self._stack.enter_context(start(self.config, wish))
        return self._servers[wish]

    def stop(self, *, keep: bool = False) -> None:
        """Stop and remove all servers that were started.

        `keep` says that the user has been told how to end them, so that those stay which the
        configuration keeps.
        """
        close_servers(self._stack, keep=keep)
        self._servers.clear()


class _NotKept(Exception):
    """Leaves the block of a server that is to be removed although the configuration keeps it."""


def close_servers(stack: ExitStack, *, keep: bool) -> None:
    """Close a stack of servers. Those that the configuration keeps stay only if `keep` is true."""
    # A provider keeps its server when its block is left without an error.
    with suppress(_NotKept), stack:
        if not keep:
            raise _NotKept
