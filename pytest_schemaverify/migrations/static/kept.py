"""Keeps what reading migration files has found, so that the next run reads what has changed.

What was found is used again as long as no file has changed. The schema as the files in front of
the first changed one leave it is kept beside it, and only the files from there on are read.
"""

import pickle
from collections.abc import Collection, Sequence
from itertools import takewhile
from pathlib import Path

from pytest_schemaverify.databases import kept_files
from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.static.analysing import analyse, ended
from pytest_schemaverify.migrations.static.analysis import Analysis
from pytest_schemaverify.migrations.static.interpreter import Pass
from pytest_schemaverify.migrations.static.sealed_files import SealedFiles
from pytest_schemaverify.settings.garbage_collection import uncollected

SMALLEST = 20_000
"""Characters of all files, from which on keeping what was found is faster than reading them."""


@uncollected()
def analysed(
    before: Sequence[Migration], migrations: Sequence[Migration],
    new: Collection[Path] | None = None,
) -> Analysis:  # fmt: skip
    """Return what `analyse` does, as far as possible from what an earlier run has kept."""
    try:
        files = SealedFiles(before, migrations)
    except MigrationFailed:  # `analyse` knows what a file is worth that includes a missing one
        return analyse(before, migrations, new)
    place = _place(files, new)
    if place is None:
        return analyse(before, migrations, new)
    content, asked, every = kept_files.read(place), files.new(new), len(files.names)
    names, earlier = ([], None) if content is None else pickle.load(content)
    if content is not None and (names, earlier) == (files.names, asked):
        known: Analysis
        (known,) = files.unsealed(every, content)
        return known
    del content
    found = ended(_followed(files, names), migrations, new)
    if (sealed := files.sealed(every, found)) is not None:
        kept_files.write(place, pickle.dumps((files.names, asked)) + sealed)
    return found


def _place(files: SealedFiles, new: Collection[Path] | None) -> Path | None:
    """Return the file with what was found last; None where nothing is kept."""
    if files.size < SMALLEST:
        return None
    # Runs about some files, as before a commit, leave what is known of all.
    return kept_files.place("findings", files.migrations[0].path, new is None)


def _followed(files: SealedFiles, last: Sequence[str]) -> Pass:
    """Return what all files come to. `last` are the names of those of the run before.

    Whoever edits a file runs again, so the schema in front of the first changed one is kept. That
    in front of the last file serves the one that comes behind it, too.
    """
    changed = len(files.names) - 1
    if last:
        same = zip(files.names, last, strict=False)
        changed = min(changed, sum(1 for _ in takewhile(lambda both: both[0] == both[1], same)))
    start, reading = _begun(files)
    for number, migration in enumerate(files.migrations[start:], start):
        if start < number == changed:
            _keep(files, number, reading)
        reading.file(migration, judged=number >= files.unjudged)
    return reading


def _begun(files: SealedFiles) -> tuple[int, Pass]:
    """Return of how many files the most is kept, and what these come to."""
    for number in range(len(files.names), 0, -1):
        place = _schema(files, number)
        if place is not None and (content := kept_files.read(place)) is not None:
            return number, Pass.of(*files.unsealed(number, content))
    return 0, Pass()


def _keep(files: SealedFiles, number: int, reading: Pass) -> None:
    """Keep what so many files come to."""
    place, sealed = _schema(files, number), files.sealed(number, *reading.values)
    if place is not None and sealed is not None:
        kept_files.write(place, sealed)


def _schema(files: SealedFiles, number: int) -> Path | None:
    return kept_files.place("schema", files.names[number - 1])
