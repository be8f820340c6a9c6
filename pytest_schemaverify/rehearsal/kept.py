"""A migrated database that is kept for the next run until one of its inputs changes.

A copy of the whole data folder is kept, as the server leaves it at its end, and the target with
it. Its name is a digest of all inputs of the database: docs/guides/cache.md lists them. So no entry
is ever outdated: a change leads to another name.
"""

import json
import os
import pickle
import platform
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server, Wish, kept_platforms
from pytest_schemaverify.databases.binaries import LOCALES, Binaries, libc_version
from pytest_schemaverify.databases.cache_folders import KEPT_DATABASES, cache_folder, is_private
from pytest_schemaverify.databases.dsn import with_dbname
from pytest_schemaverify.databases.providers import found_programs
from pytest_schemaverify.databases.server import Supervised, supervised
from pytest_schemaverify.databases.supervisor import cache_files, external_reads, folders
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.migrations.names import called
from pytest_schemaverify.migrations.psql_commands import parts
from pytest_schemaverify.rehearsal.build import build
from pytest_schemaverify.rehearsal.digests import digest, of_file, of_folder
from pytest_schemaverify.rehearsal.progress import Progress
from pytest_schemaverify.rehearsal.recipe import Recipe
from pytest_schemaverify.rehearsal.remembered import below, remembered
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config

KEPT = 4
"""Kept databases that stay, those that were used last."""

NOT_OURS = "nothing is kept: --schema-cache is for servers of ours (embedded, local)"

PACKAGE = Path(__file__).parents[1]
SOURCES = (".py", ".sql", ".control")
CLUSTER, TARGET, MANIFEST = "cluster.tar", "target.pickle", "manifest.json"
TIME_ZONES = Path("/usr/share/zoneinfo/tzdata.zi")
VARIABLES = ("LD_LIBRARY_PATH", "LD_PRELOAD")
"""Environment variables that decide which libraries the server loads."""


def prepared(
    config: Config, wanted: Recipe, wish: Wish, name: str, stack: ExitStack, progress: Progress
) -> Target | None:
    """Return a database from the cache, or a new one that is kept there if it can be.

    Its server runs until the stack is closed. None where the server is not ours, in a
    container, or does not start. Raises as `build` does.
    """
    found = found_programs(config)
    if found is None:
        return None
    provider, installed, notes = found

    def start(until: ExitStack, begin: Path | None = None) -> Supervised:
        how: Any = {"provider": provider, "wish": wish, "keep": config.keep}
        process = (
            supervised(installed, **how, begin=begin)
            if begin
            else kept_platforms.started(installed, **how, watch=not config.keep)
        )
        started = until.enter_context(process)
        own = replace(started.server, notes=(*notes, *started.server.notes))
        return replace(started, server=own)

    began = datetime.now(UTC)
    key = _key(installed, wanted, wish, began)
    folder = cache_folder() / KEPT_DATABASES / key
    if is_private(folder.parent) and folder.exists():
        kept = _again(folder, start, stack)
        if kept is not None:
            return kept
    try:
        started = start(stack)
    except DatabaseUnavailable:
        # There may be another way to a server, or more to say about why there is none.
        return None
    target = build(started.server, wanted, name, progress)
    # Only now: that the migrations do not apply is known after they have run.
    why = _refusal(config, wanted, target)
    if not why and _key(installed, wanted, wish, datetime.now(UTC)) != key:
        why = "something that it is made of has changed meanwhile"
    why = why or _keep(target, started, folder, installed, began)
    note = f"not kept for the next run: {why}" if why else "kept for the next run"
    return replace(target, notes=(*target.notes, note))


def _again(
    folder: Path, start: Callable[[ExitStack, Path], Supervised], stack: ExitStack
) -> Target | None:
    """Return the target that a folder keeps, on a server that begins with it, if it is whole.

    The server starts while the content is looked at, for both take as long.
    """
    # `unsure` ends the server again unless what it began with proves to be whole.
    with ThreadPoolExecutor(1) as aside, ExitStack() as unsure:
        whole = aside.submit(_intact, folder)
        with suppress(DatabaseUnavailable):  # it is damaged, or another run has removed it
            server = start(unsure, folder / CLUSTER).server
            kept = whole.result()
            if kept is not None:
                stack.enter_context(unsure.pop_all())
                return _moved(*kept, server)
    return None


def _key(installed: Binaries, wanted: Recipe, wish: Wish, now: datetime) -> str:
    """Return the digest of all inputs of a database.

    The day is one of them: a script may use the date, and must not get that of yesterday.
    """
    own = below(PACKAGE, SOURCES)
    programs = [str(installed.folder / name) for name in ("initdb", "postgres")]
    locales = sorted(path.name for place in LOCALES if place.is_dir() for path in place.iterdir())
    return digest(
        wanted,
        wish,
        now.date().isoformat(),
        remembered(own, lambda: digest([of_file(Path(path)) for path in own])),
        [sys.version, *(version(name) for name in ("psycopg", "postgast"))],
        remembered(programs, lambda: digest([of_file(Path(path)) for path in programs])),
        [platform.machine(), libc_version(), *locales],
        TIME_ZONES,
        [os.environ.get(name) for name in VARIABLES],
    )


def _refusal(config: Config, wanted: Recipe, target: Target) -> str:
    """Return why a database is not to be kept, judged by its files, or ''."""
    if target.failure:
        return "the migrations do not apply"
    if config.keep:
        return "--schema-keep leaves its server running"
    files = wanted.files.every if wanted.files else ()
    for migration in (*wanted.first, *files):
        for part in parts(migration):
            if said := external_reads.in_text(part.text):
                return f"{called(part.path)} says `{said}`, which reads what is not in the files"
    return ""


def _keep(
    target: Target, started: Supervised, folder: Path, installed: Binaries, began: datetime
) -> str:
    """Keep a database in a folder, which appears whole or not at all; return why not, or ''."""
    place = folder.parent
    if not is_private(place):
        return f"{place} cannot be written, or others may write to it"
    bare = replace(target, notes=target.notes[len(started.server.notes) :])
    try:
        with ExitStack() as temporary:
            unfinished = folders.make_locked(place, temporary)
            unfinished.chmod(0o700)
            if why := started.copied(unfinished / CLUSTER):
                return why
            (unfinished / TARGET).write_bytes(pickle.dumps(bare, pickle.HIGHEST_PROTOCOL))
            manifest = {
                "when": began.strftime("%H:%M UTC"),
                "files": {name: _of_kept(unfinished / name) for name in (CLUSTER, TARGET)},
                "installed": _installed(started.server, installed),
            }
            text = json.dumps(manifest)
            (unfinished / MANIFEST).write_text(f"{digest(text)}\n{text}", encoding="utf-8")
            with suppress(OSError):  # another run was faster, with the same
                cache_files.move_into_place(unfinished, folder)
        if not (folder / MANIFEST).exists():
            return f"{folder} is in the way; remove it"
        _remove_oldest(place)
    except OSError as error:
        return str(error)
    return ""


def _remove_oldest(place: Path) -> None:
    used = [path / CLUSTER for path in place.iterdir() if (path / CLUSTER).is_file()]
    for cluster in sorted(used, key=lambda path: -path.stat().st_mtime)[KEPT:]:
        cache_files.discard(cluster.parent)


def _installed(server: Server, installed: Binaries) -> dict[str, str]:
    """Return the files of a server besides its programs, with a digest of each.

    They are the folders of its extensions, libraries and data, and the libraries of the system that
    it has loaded. Raises OSError when one of them is missing.
    """
    with databases.connect(server.dsn) as connection:
        rows = connection.execute("select name, setting from pg_catalog.pg_config()").fetchall()
        maps = Path(f"/proc/{connection.info.backend_pid}/maps")
        loaded = maps.read_text().split() if maps.exists() else []
    where = {str(name): Path(setting) for name, setting in rows}
    paths = [where["PKGLIBDIR"], where["SHAREDIR"]]
    # A newer library can compute other results: pgvector, ICU, the C library.
    paths += sorted({Path(word) for word in loaded if word.startswith("/") and ".so" in word})
    here = (installed.folder / "postgres").resolve().parent

    def within(path: Path) -> Path | None:
        """Return a path below a folder of ours, which goes with the server."""
        tops = (top for top in path.parents if top.name.startswith(folders.PREFIX))
        return next((path.relative_to(top) for top in tops), None)

    def original(path: Path) -> Path:
        """Return the file that was copied or linked; such folders have it at the same place."""
        copied, programs = within(path), within(where["BINDIR"])
        if where["BINDIR"] == here or copied is None or programs is None:
            return path
        return Path(os.path.normpath(here / os.path.relpath(copied, programs)))

    return {str(path): _sum(path) for path in map(original, paths)}


def _sum(path: Path) -> str:
    if path.is_dir():
        return remembered(below(path), lambda: of_folder(path))
    return of_file(path)


def _intact(folder: Path) -> tuple[Target, str] | None:
    """Return the target in a folder and since when it is kept; remove a damaged folder.

    The digests of the contents show that the same code has written them here.
    """
    with suppress(OSError):
        sum_, _, text = _content(folder / MANIFEST).decode(errors="replace").partition("\n")
        if sum_ == digest(text) and not folder.is_symlink():
            manifest = json.loads(text)
            whole = all(_of_kept(folder / name) == sum_ for name, sum_ in manifest["files"].items())
            same = all(_sum(Path(path)) == sum_ for path, sum_ in manifest["installed"].items())
            # pickle runs what it reads, so only what has our own digest is ever loaded.
            if whole and same:
                return pickle.loads(_content(folder / TARGET)), manifest["when"]
    cache_files.discard(folder)
    return None


def _of_kept(path: Path) -> str:
    with cache_files.open_regular(path) as file:
        return file_digest(file, "sha256").hexdigest()


def _content(path: Path) -> bytes:
    with cache_files.open_regular(path) as file:
        return file.read()


def _moved(target: Target, when: str, server: Server) -> Target:
    """Return a database that was kept as it is on the server that has begun with the copy."""

    def there(dsn: Dsn) -> Dsn:
        return with_dbname(server.dsn, dsn.dbname)

    note = f"from the cache: nothing that it is made of has changed since {when}"
    return replace(
        target,
        server=server,
        dsn=there(target.dsn),
        stages={name: replace(one, dsn=there(one.dsn)) for name, one in target.stages.items()},
        notes=(*server.notes, *target.notes, note),
    )
