from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.names import called, names
from pytest_schemaverify.migrations.psql_commands import parts
from pytest_schemaverify.rehearsal.files import Files

USE = Use(unbuilt=True, optional=True)


def check(expected: dict[str, str], files: Files) -> Iterator[Finding]:
    """Nothing in the folder of migrations would be left out by the tool that runs them, unsaid."""
    # What a command prints would have to be made for nothing.
    if not expected and not files.directory.ignored:
        return
    used = set()
    # `replaced` counts, too: an option may put a backup in the place of the files of `before`.
    run = (*files.before, *files.replaced, *files.apply, *files.rollback, *files.after)
    part_of_the_story = {path for one in run for path in _with_included(one)}
    part_of_the_story |= {*map(Path, files.left_out)}
    for ignored in files.directory.ignored:
        # Both spellings: a folder of migrations can be a link.
        if not {ignored.path, ignored.path.resolve()}.isdisjoint(part_of_the_story):
            continue
        path = ignored.path.relative_to(files.directory.directory).as_posix()
        pattern = next((p for p in expected if names(p, path)), None)
        if pattern is None:
            yield Finding(expected="a migration", actual=ignored.reason, subject=path)
        else:
            used.add(pattern)
    for pattern in (pattern for pattern in expected if pattern not in used):
        applied = any(
            names(pattern, name) for path in part_of_the_story for name in (path.name, called(path))
        )
        yield Finding(
            expected="a file that is not applied",
            actual="it is named elsewhere under `migrations`: remove it there, or here"
            if applied
            else "none matches; remove it from `ignored`",
            subject=pattern,
        )


def _with_included(migration: Migration) -> Iterator[Path]:
    yield migration.path
    # A file that cannot be read is a finding of `migrations.applies`.
    with suppress(MigrationFailed):
        yield from (part.path.resolve() for part in parts(migration))
