"""SHA-256 digests of values, files, folders and migrations, in hexadecimal digits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.psql_commands import parts
from pytest_schemaverify.migrations.runners import RUNNERS
from pytest_schemaverify.rehearsal.backup import recognised
from pytest_schemaverify.settings.paths import is_file

Write = Callable[[bytes], object]


def digest(*things: object) -> str:
    """Return the digest of plain values, dataclasses of them, files and migrations.

    A file counts with its path and its content, a migration with all that it includes. Raises
    TypeError for anything else: left out, it could change without changing the digest.
    """
    total = sha256()
    for thing in things:
        _feed(thing, total.update)
    return total.hexdigest()


def of_folder(folder: Path) -> str:
    """Return the digest of all files below a folder, with their paths relative to it."""
    total = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            _feed(path.relative_to(folder).as_posix(), total.update)
            _feed(of_file(path), total.update)
    return total.hexdigest()


def of_file(path: Path) -> str:
    """Return the digest of the content of a file."""
    # Unbuffered, as file_digest has a buffer of its own.
    with path.open("rb", buffering=0) as file:
        return file_digest(file, "sha256").hexdigest()


def _feed(thing: object, write: Write) -> None:
    if isinstance(thing, str | int | float | None):
        text = f"{type(thing).__name__} {thing}".encode(errors="surrogateescape")
        # With its length, so that ("a", "bc") and ("ab", "c") are not the same bytes.
        write(b"%d:" % len(text))
        write(text)
    elif isinstance(thing, Migration):
        # A file beside the migration may ask for no transaction, which changes how it runs.
        runner = RUNNERS.get(thing.layout)
        asked = runner.asked(thing.path) if runner else ""
        for said in (thing.version, thing.name, thing.part, thing.layout, asked, *_run(thing)):
            _feed(said, write)
    elif isinstance(thing, Path):
        _path(thing, write)
    elif is_dataclass(thing):
        # Two classes with equal fields are different things.
        _feed(type(thing).__qualname__, write)
        for field in fields(thing):
            _feed(getattr(thing, field.name), write)
    elif isinstance(thing, Mapping):
        _feed([part for item in thing.items() for part in item], write)
    elif isinstance(thing, Sequence):
        _feed(len(thing), write)
        for part in thing:
            _feed(part, write)
    else:
        raise TypeError(f"{type(thing).__name__} has no digest")


def _path(path: Path, write: Write) -> None:
    _feed(str(path), write)
    if is_file(path):
        _feed(of_file(path), write)
    elif recognised(path):  # a backup that is a folder
        _feed(of_folder(path), write)


def _run(migration: Migration) -> list[str]:
    try:
        return [said for part in parts(migration) for said in (str(part.path), part.text)]
    # A file that cannot be read fails when it is applied; until then its error stands for it.
    except MigrationFailed as error:
        return [str(error)]
