"""Ways to a server: one module each, with one function, `start(config, wish)`.

It is a context manager that yields a `Server`, or raises DatabaseUnavailable.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from importlib.util import find_spec

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
"""By the value of `--schema-database`, in the order in which `auto` tries them.

`server` refuses where --schema-server names none, so that `auto` never takes a server of others.
"""
_NAMES = {"server": "names it", "bin_dir": "names its programs", "image": "names its image"}


@contextmanager
def start(config: Config, wish: Wish = PLAIN) -> Iterator[Server]:
    """Run the server that the configuration asks for, until the block is left.

    Raises DatabaseUnavailable, which says which ways were tried and why each of them failed.
    """
    _require_posix()
    with ExitStack() as stack:
        if config.kind == "auto":
            yield _first_available(config, wish, stack)
        else:
            started = stack.enter_context(PROVIDERS[config.kind](config, wish))
            yield _noted(started, *_chosen(config))


def found_programs(config: Config) -> tuple[str, Binaries, tuple[str, ...]] | None:
    """Return the provider's name, its programs and its notes, if `start` would run programs here.

    None for a container or an existing server. Nothing is started, so the programs may yet fail.
    Raises DatabaseUnavailable.
    """
    _require_posix()
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


def _require_posix() -> None:
    """Raise DatabaseUnavailable on Windows: what tidies up needs locks, signals and sockets."""
    # Asked of what is missing, so that a test can take it away.
    if find_spec("fcntl") is None:
        raise DatabaseUnavailable(
            "looking for a disposable database",
            because="one can be run on Linux and macOS only, and this Python is for Windows",
            remedy="run pytest in WSL, or verify an existing database with --schema-dsn",
        )


def _first_available(config: Config, wish: Wish, stack: ExitStack) -> Server:
    refusals: list[str] = []
    for name, provider in PROVIDERS.items():
        try:
            started = stack.enter_context(provider(config, wish))
        # Not ConfigError: a setting that is wrong ends the run instead of choosing another server.
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
    """Return a note about the setting by which the kind of server was chosen, () for none."""
    if config.database != "auto":
        return ()
    return tuple(
        f"chosen because {config.called(name)} {why}"
        for name, why in _NAMES.items()
        if getattr(config, name) and KINDS[name] == config.kind
    )


def _noted(started: Server, *notes: str) -> Server:
    return replace(started, notes=(*notes, *started.notes))
