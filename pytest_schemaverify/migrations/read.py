"""What is listed in a folder of migrations becomes a MigrationSet."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations import sections
from pytest_schemaverify.migrations.decoding import decoded
from pytest_schemaverify.migrations.files import ROLLBACK, Ignored, Kind, Migration, MigrationSet
from pytest_schemaverify.migrations.layouts import JOURNAL, LAYOUTS, Layout, detect, known
from pytest_schemaverify.migrations.listing import entries, require_directory
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.migrations.versions import number, undashed
from pytest_schemaverify.settings import paths

__all__ = ["Ignored", "Migration", "MigrationSet", "read"]

Listing = Callable[[Path], Mapping[str, bool]]
"""Lists a directory as `entries` does."""

SQL_LIKE = re.compile(r"\.(?:sql|psql|pgsql|ddl)(?:\.|$)", re.IGNORECASE)
"""What the names of files have that may be migrations; those of compressed ones, too."""
# Names that tell why a file is no migration; they never decide whether it is one.
_SEED = re.compile(r"(?<![a-z])(?:seed|seeds|fixtures?|sample|test_?data)(?![a-z])", re.IGNORECASE)


def read(directory: Path, listing: Listing = entries, *, layout: str = "") -> MigrationSet:
    """Return the migrations of a directory in the order in which its runner would apply them.

    The layout is detected unless given by name (see LAYOUTS). A directory without migrations
    gives an empty set. Raises WrongValue if there is no such directory or layout, MigrationFailed
    where a file that tells the order or the ways up and down cannot be read.
    """
    require_directory(directory)
    listed = listing(directory)
    files = [path for path, is_file in listed.items() if is_file]
    chosen = known(layout) if layout else _detected(directory, files)
    ups, downs = _both_ways(directory, chosen, files)
    taken = {migration.path for migration in (*ups, *downs)}
    if chosen.name == "pop":
        ups, downs = _most_exact(ups), _most_exact(downs)
    ignored = (
        Ignored(directory / path, *_why(chosen, path, is_file=is_file))
        for path, is_file in sorted(listed.items())
        if SQL_LIKE.search(path)
        and directory / path not in taken
        and not (chosen.aside and chosen.aside.fullmatch(path))
        # A folder counts as what is in it: Prisma runs 2024_a.sql/migration.sql.
        and (is_file or not any(directory / path in one.parents for one in taken))
    )
    return MigrationSet(directory, chosen.name, tuple(ups), tuple(ignored), tuple(downs))


def _detected(directory: Path, files: Sequence[str]) -> Layout:
    folders = list(reversed(paths.resolved(directory).parts))
    return detect(files, folders, _heads(directory, files), partial(_journal, directory))


def _heads(directory: Path, files: Iterable[str]) -> Callable[[], Iterator[str]]:
    """Return a function that reads the beginnings of the first numbered files."""
    numbered = [path for path in files if "/" not in path and LAYOUTS["plain"].up.fullmatch(path)]

    def heads() -> Iterator[str]:
        # Marks stand near the top, and a folder's first file may lack them.
        for path in islice(numbered, 5):
            with (directory / path).open(encoding="utf-8-sig", errors="replace") as file:
                yield file.read(20_000)

    return heads


def _both_ways(
    directory: Path, layout: Layout, files: Iterable[str]
) -> tuple[list[Migration], list[Migration]]:
    """Return the migrations in the runner's order and what undoes them, last first."""
    ups: list[Migration] = []
    downs: list[Migration] = []
    planned = _plan(directory, layout)
    for path in files:
        if planned is not None and _planned_as(path) not in planned:
            continue
        if named := layout.up.fullmatch(path):
            ups.append(_migration(directory / path, named, layout))
        elif layout.down and (named := layout.down.fullmatch(path)):
            downs.append(_migration(directory / path, named, layout))
    if layout.name in {mark.layout for mark in sections.MARKS}:
        ups = [replace(migration, part="up") for migration in ups]
        ways_down = (replace(migration, part="down") for migration in ups)
        downs = [migration for migration in ways_down if sections.holds_sql(migration.text)]
    order = _order(directory, layout, planned or ())
    return sorted(ups, key=order), sorted(downs, key=order, reverse=True)


def _most_exact(migrations: Sequence[Migration]) -> list[Migration]:
    """Return what pop runs on PostgreSQL: a file for all servers only where it has none of its own.

    It is the longer name of the two: 1_a.up.sql and 1_a.postgres.up.sql.
    """
    exact: dict[tuple[str, str], Migration] = {}
    for one in migrations:
        other = exact.setdefault((one.version, one.name), one)
        if len(one.path.name) > len(other.path.name):
            exact[one.version, one.name] = one
    kept = {*exact.values()}
    return [one for one in migrations if one in kept]


def _migration(path: Path, named: re.Match[str], layout: Layout) -> Migration:
    return Migration(path, named["version"] or "", named["name"] or "", layout=layout.name)


def _order(
    directory: Path, layout: Layout, planned: Sequence[str]
) -> Callable[[Migration], tuple[object, ...]]:
    """Return the key by which the layout's runner sorts; Sqitch's is the place in its plan."""

    def key(migration: Migration) -> tuple[object, ...]:
        path = migration.path.relative_to(directory).as_posix()
        if planned:
            return (planned.index(_planned_as(path)), path)
        if layout.sorts != "number":
            return (undashed(migration.version) if layout.sorts == "text" else "", path)
        # Repeatable files (Flyway's R__) have no version and come last, by name.
        return (not migration.version, number(migration.version), path)

    return key


def _plan(directory: Path, layout: Layout) -> list[str] | None:
    """Return the files that the tool runs, by their paths, in order; None if no list says so."""
    if layout.name == "drizzle" and paths.is_file(directory / JOURNAL):
        return _journal(directory)
    if layout.name != "sqitch":
        return None
    # The first word of each line that is no pragma or comment; a tag begins with @.
    lines = decoded(directory / "sqitch.plan").splitlines()
    words = [line.split()[0] for line in lines if line.strip() and line.lstrip()[0] not in "%#"]
    return [
        _reworked(directory, word, words[at + 1 :])
        for at, word in enumerate(words)
        if not word.startswith("@")
    ]


def _reworked(directory: Path, change: str, later: Sequence[str]) -> str:
    """Return the file of a change of Sqitch's plan.

    One that comes again later was reworked: its script of before has the name of a tag in between.
    https://sqitch.org/docs/manual/sqitch-rework/
    """
    between = later[: later.index(change)] if change in later else ()
    tagged = (f"{change}{word}.sql" for word in between if word.startswith("@"))
    kept = (name for name in tagged if paths.is_file(directory / "deploy" / name))
    return next(kept, f"{change}.sql")


def _journal(directory: Path) -> list[str]:
    """Return the files that Drizzle's journal lists. Raises MigrationFailed for another content."""
    path = directory / JOURNAL
    try:
        return [f"{entry['tag']}.sql" for entry in json.loads(decoded(path))["entries"]]
    except (ValueError, KeyError, TypeError) as error:
        where = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise MigrationFailed(
            f"reading {shown(path)}{where}",
            because="it is not a journal of Drizzle, whose `entries` have a `tag` each",
            remedy="let drizzle-kit write it again, or say `layout: plain` under `migrations`",
        ) from None


def _planned_as(path: str) -> str:
    """Return what a plan calls a file: Sqitch's leaves out the folder, `deploy` or `revert`."""
    return path.partition("/")[2] or path


def _why(layout: Layout, path: str, *, is_file: bool) -> tuple[str, Kind]:
    """Return why the runner of that layout does not run the file, and the kind of reason."""
    name = path.rpartition("/")[2]
    if not is_file:
        return "it is not a file", "directory"
    if "/" in path and not layout.nested:
        return f"the {layout.name} layout does not look into folders", "nested"
    wanted = f"the {layout.name} layout runs {layout.expects}"
    if ROLLBACK.search(name):
        return f"a rollback by its name; {wanted}", "rollback"
    if _SEED.search(name):
        return f"a seed by its name; {wanted}", "seed"
    return f"{wanted}; {_fault(layout, name)}", "name"


def _fault(layout: Layout, name: str) -> str:
    """Return what is wrong with the name."""
    if not name.endswith(".sql"):
        return f"the name ends in {name[name.lower().find('.') :]}"
    if layout.name == "flyway":
        if re.match(r"[VUR][\d._]*_[^_]", name):
            return "the separator is two underscores"
        if re.match(r"[vur]\d", name):
            return "the prefix is a capital letter"
    if layout.name == "sqitch":
        return "the plan does not name it"
    if layout.name == "drizzle":
        return "the journal does not name it"
    if re.match(r"\d", name):
        return "the number is there, the rest of the name differs"
    return "the name does not begin with a version"
