"""Names and glob patterns, as a file of expectations holds them, become migrations."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from pytest_schemaverify.errors import WrongValue
from pytest_schemaverify.migrations.files import Migration, MigrationSet
from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.migrations.layouts import LAYOUTS
from pytest_schemaverify.migrations.names import natural, resolved_each, shown
from pytest_schemaverify.settings import paths

_GLOB = re.compile(r"[*?\[]")


def matching(
    directory: Path,
    patterns: str | Sequence[str],
    *,
    setting: str,
    folders: Folders | None = None,
    every: Sequence[Migration] = (),
) -> tuple[Migration, ...]:
    """Return the files that names and glob patterns mean, relative to the directory, in order.

    The patterns keep their order; the files of one glob are sorted as people sort (2_ before 10_),
    without the ways down of up/down pairs. A folder stands for the migrations in it. What a pattern
    behind `!` means is left out, wherever that stands; where there are no others, of `every`.
    `setting` is the key or option the patterns come from, for the message; `folders` has what this
    run has listed. Raises WrongValue if one of the patterns matches nothing.
    """
    wanted = [patterns] if isinstance(patterns, str) else patterns
    folders = folders or Folders()
    out = left_out(directory, wanted, setting=setting, folders=folders)
    if chosen := [pattern for pattern in wanted if not pattern.startswith("!")]:
        every = _matching(directory, chosen, setting, folders)
    elif wanted and not every:
        raise WrongValue(
            f"looking for {setting}: {wanted[0]}",
            because="it says what is left out, and nothing says of which files",
            remedy="name these, too: `['*.sql', '!drafts.sql']`",
        )
    else:
        every = every if wanted else ()
    return tuple(one for one in every if not out or paths.resolved(one.path) not in out)


def left_out(
    directory: Path, patterns: Sequence[str], *, setting: str, folders: Folders
) -> frozenset[Path]:
    """Return the paths, with links resolved, that patterns behind `!` mean.

    A folder stands for all that is in it. Raises WrongValue if one of them matches nothing.
    """
    found: list[Path] = []
    for pattern in (one.removeprefix("!") for one in patterns if one.startswith("!")):
        path = directory / pattern
        inside = path.rglob("*") if paths.is_folder(path) else _paths(directory, pattern)
        found += list(inside) or _nothing(directory, pattern, setting, folders)
    return frozenset(map(paths.resolved, found))


def _matching(
    directory: Path, patterns: Sequence[str], setting: str, folders: Folders
) -> tuple[Migration, ...]:
    known = _by_path(folders.read(directory))
    found: list[Migration] = []
    for pattern in patterns:
        path = directory / pattern
        if paths.is_folder(path):
            one = folders.read(path).migrations
            found += one or _nothing(directory, pattern, setting, folders)
            continue
        files = _paths(directory, pattern) or _nothing(directory, pattern, setting, folders)
        found += (known.get(paths.resolved(path)) or _single(path) for path in files)
    return tuple(dict.fromkeys(found))


def _by_path(members: MigrationSet) -> dict[Path, Migration]:
    """Return the migrations by their paths, in which links are resolved."""
    either = (*members.down, *members.migrations)  # of one file with both ways, up is the last
    return dict(zip(resolved_each(one.path for one in either), either, strict=True))


def scripts(directory: Path, patterns: Sequence[str], *, setting: str) -> tuple[Migration, ...]:
    """Return the files that names and glob patterns mean, where a folder is not one of migrations.

    Raises WrongValue if one of them matches nothing.
    """
    return tuple(
        _single(path)
        for pattern in patterns
        for path in _paths(directory, pattern) or _nothing(directory, pattern, setting, Folders())
    )


def found(directory: Path, pattern: str) -> tuple[Migration, ...]:
    """Return the files that one name or glob pattern means; none if there are none."""
    return tuple(map(_single, _paths(directory, pattern)))


def _paths(directory: Path, pattern: str) -> list[Path]:
    """Return the files that one name or glob pattern means."""
    if not _GLOB.search(pattern):
        return [path for path in [directory / pattern] if paths.is_file(path)]
    anchor = Path(Path(pattern).anchor) if Path(pattern).is_absolute() else directory
    inside = str(Path(pattern).relative_to(Path(pattern).anchor))
    try:
        found = sorted(anchor.glob(inside), key=natural)
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WrongValue(
            f"looking for {pattern}",
            because=f"it is not a pattern of file names: {reason[0].lower()}{reason[1:]}",
            remedy="use `*` and `?` for characters of a name, and `**/` for any folders",
        ) from None
    return [
        path
        for path in found
        # `*` would run what golang-migrate keeps beside each file to undo it.
        if paths.is_file(path) and ("down" in pattern or not path.name.endswith(".down.sql"))
    ]


def _single(path: Path) -> Migration:
    """Return a file as a migration of no layout, with the version that its name begins with."""
    named = LAYOUTS["flyway"].up.fullmatch(path.name) or LAYOUTS["plain"].up.fullmatch(path.name)
    version, name = (named["version"], named["name"]) if named else ("", path.stem)
    return Migration(path, version or "", name or "")


def _nothing(directory: Path, pattern: str, setting: str, folders: Folders) -> NoReturn:
    """Raise the WrongValue for a pattern that matches no file."""
    there = folders.entries(directory)
    names = [path for path, is_file in there.items() if is_file and path.endswith(".sql")]
    near = get_close_matches(pattern, names, n=3, cutoff=0.7)
    number_of = re.search(r"\d+", pattern)
    if not near and number_of:
        near = [name for name in names if number_of.group() in name][:3]
    if pattern.startswith("!"):
        remedy = "`!` leaves nothing out here; name the files that are meant"
    elif paths.is_folder(directory / pattern):
        remedy = f"it is a folder; for the files in it, write {pattern.rstrip('/')}/*.sql"
    elif near:
        remedy = f"did you mean {', '.join(near)}?"
    elif names:
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        remedy = f"there are {', '.join(sorted(names, key=_by_name)[:8])}{more}"
    else:
        remedy = "there is no .sql file in that folder; names are relative to it"
    raise WrongValue(
        f"looking for {setting}: {pattern}",
        because=f"no file in {shown(directory)} matches",
        remedy=remedy,
    )


def _by_name(path: str) -> tuple[tuple[str, int, str], ...]:
    return natural(Path(path))
