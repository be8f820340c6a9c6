"""Ways to a server: one module each, with one function, `start(config, wish)`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace

from pytest_schemaverify.databases.binaries import Binaries
from pytest_schemaverify.databases.providers import container, embedded, local, server
from pytest_schemaverify.databases.server import PLAIN, Server, Wish
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import KINDS, Config

PROVIDERS: dict[str, Callable[[Config, Wish], AbstractContextManager[Server]]] = {
    "embedded": embedded.start,
    "local": local.start,
    "container": container.start,
    "server": server.start,
}
"""By the value of `--schema-database`, in the order in which `auto` tries them."""
_NAMES = {"server": "names it", "bin_dir": "names its programs", "image": "names its image"}


class _NotKept(Exception):
    """Ends a server that would have stayed otherwise."""


def leave(stack: ExitStack, *, keep: bool) -> None:
    """Close a stack of servers; those to be kept stay only if `keep` says so here, too."""
    with suppress(_NotKept), stack:
        if not keep:
            raise _NotKept


@contextmanager
def start(config: Config, wish: Wish = PLAIN) -> Iterator[Server]:
    """Run the server that the configuration asks for, until the block is left.

    Raises DatabaseUnavailable, which says what was tried and why each way failed.
    """
    with ExitStack() as stack:
        if config.kind == "auto":
            yield _first_available(config, wish, stack)
        else:
            started = stack.enter_context(PROVIDERS[config.kind](config, wish))
            yield _noted(started, *_chosen(config))


def programs(config: Config) -> tuple[str, Binaries, tuple[str, ...]] | None:
    """Return the provider, its programs and its notes, if `start` would run programs here.

    Nothing is started, so a server that does not start is not found out.
    """
    installed = {"embedded": embedded.found, "local": local.found}
    if config.kind in installed:
        return config.kind, installed[config.kind](config), _chosen(config)
    if config.kind != "auto":
        return None
    refusals: list[str] = []
    for name, found in installed.items():
        try:
            return name, found(config), tuple(f"not {refusal}" for refusal in refusals)
        except DatabaseUnavailable as error:
            refusals.append(f"{name}: {error}")
    return None


def _first_available(config: Config, wish: Wish, stack: ExitStack) -> Server:
    refusals: list[str] = []
    for name, provider in PROVIDERS.items():
        try:
            started = stack.enter_context(provider(config, wish))
        except DatabaseUnavailable as error:
            refusals.append(f"{name}: {error}")
        else:
            return _noted(started, *(f"not {refusal}" for refusal in refusals))
    raise DatabaseUnavailable(
        "looking for a disposable database",
        because="\n".join(refusals),
        remedy="follow one of these, or verify an existing database with --schema-dsn",
    )


def _chosen(config: Config) -> tuple[str, ...]:
    """Return why the kind of server was chosen, where a setting that names one says it."""
    if config.database != "auto":
        return ()
    return tuple(
        f"chosen because {config.called(name)} {why}"
        for name, why in _NAMES.items()
        if getattr(config, name) and KINDS[name] == config.kind
    )


def _noted(started: Server, *notes: str) -> Server:
    return replace(started, notes=(*notes, *started.notes))


@dataclass(slots=True)
class Servers:
    """The disposable server of a run, started when somebody first wants it.

    There are two where one file of expectations runs migrations as `postgres` and another does not:
    that role can be a superuser or none.
    """

    config: Config
    _stack: ExitStack = field(default_factory=ExitStack)
    _servers: dict[Wish, Server] = field(default_factory=dict)

    def __call__(self, wish: Wish) -> Server:
        """Return the server. Raises DatabaseUnavailable when there can be none."""
        if wish not in self._servers:
            self._servers[wish] = self._stack.enter_context(start(self.config, wish))
        return self._servers[wish]

    def stop(self, *, keep: bool = False) -> None:
        """Stop it, if it was started; nothing stays behind.

        `keep` says that the user knows how to end it, so that it may stay if that was wanted.
        """
        leave(self._stack, keep=keep)
        self._servers.clear()
