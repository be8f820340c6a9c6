"""The ways in which migration tools name, order and skip files."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pytest_schemaverify.errors import WrongValue
from pytest_schemaverify.migrations.sections import MARKS, marks

_FLAT = r"(?P<version>\d+)_(?P<name>[^/]*)\.sql"
# A letter behind the number is how people squeeze a file between two others: 012b_fix.sql.
_LOOSE = r"(?P<version>\d+[a-z]?)(?:[_\-. ](?P<name>[^/]*))?\.sql"

JOURNAL = "meta/_journal.json"
"""In which Drizzle lists the migrations of a folder, and by which it runs them."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What one kind of runner takes for a migration, by the path below the directory."""

    name: str
    expects: str
    """How the files are named, in words for messages."""
    up: re.Pattern[str]
    down: re.Pattern[str] | None = None
    numeric: bool = True
    """Versions are compared as numbers; otherwise the whole name is compared as text."""
    nested: bool = False
    """The runner enters folders."""
    any_runner: bool = False
    """Many tools, or a shell loop, use these names: which order they apply is not known."""


def _layout(
    name: str,
    expects: str,
    up: str,
    down: str | None = None,
    *,
    numeric: bool = True,
    nested: bool = False,
    any_runner: bool = False,
) -> Layout:
    undo = re.compile(down) if down else None
    return Layout(name, expects, re.compile(up), undo, numeric, nested, any_runner)


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        _layout("sqitch", "deploy/name.sql, in the order of sqitch.plan",
                r"deploy/(?P<name>.+)\.sql(?P<version>)", r"revert/(?P<name>.+)\.sql(?P<version>)",
                nested=True),
        _layout("prisma", "20240101120000_name/migration.sql",
                r"(?P<version>\d*)_?(?P<name>[^/]*)/migration\.sql", numeric=False, nested=True),
        _layout("diesel", "20240101120000_name/up.sql and down.sql",
                r"(?P<version>[\d\-]*)_?(?P<name>[^/]*)/up\.sql",
                r"(?P<version>[\d\-]*)_?(?P<name>[^/]*)/down\.sql", numeric=False, nested=True),
        _layout("pairs", "001_name.up.sql and 001_name.down.sql",
                r"(?P<version>\d+)[_\-](?P<name>[^/]*)\.up\.sql",
                r"(?P<version>\d+)[_\-](?P<name>[^/]*)\.down\.sql"),
        _layout("postgrator", "001.do.name.sql and 001.undo.name.sql",
                r"(?P<version>\d+)\.do(?:\.(?P<name>[^/]*))?\.sql",
                r"(?P<version>\d+)\.undo(?:\.(?P<name>[^/]*))?\.sql"),
        _layout("flyway", "V1__name.sql, V1_2__name.sql, R__name.sql, U1__name.sql",
                r"(?:.*/)?(?:V(?P<version>\d+(?:[._]\d+)*)|R)__(?P<name>[^/]*)\.sql",
                r"(?:.*/)?U(?P<version>\d+(?:[._]\d+)*)__(?P<name>[^/]*)\.sql", nested=True),
        *(_layout(mark.layout, f"001_name.sql with the comments of {mark.layout}", _FLAT,
                  numeric=mark.layout != "dbmate") for mark in MARKS if mark.layout
          not in ("node-pg-migrate", "tern")),
        _layout("drizzle", "0000_name.sql, in the order of meta/_journal.json",
                r"(?P<version>\d*)_?(?P<name>[^/]*)\.sql"),
        _layout("node-pg-migrate", "1700000000000_name.sql with the comments of node-pg-migrate",
                r"(?P<version>\d+)[_\-](?P<name>[^/]*)\.sql"),
        _layout("tern", "001_name.sql with the separator of tern", _FLAT),
        _layout("supabase", "20240101120000_name.sql", _FLAT, numeric=False),
        _layout("timestamped", "20240101120000_name.sql",
                r"(?P<version>\d{8,})[_\-](?P<name>[^/]*)\.sql", any_runner=True),
        _layout("plain", "001_name.sql", _LOOSE, any_runner=True),
        _layout("named", "name.sql, in the order of the names",
                r"(?P<name>[^/]*)\.sql(?P<version>)", numeric=False),
    )
}  # fmt: skip


def known(name: str) -> Layout:
    """Return the layout of that name. Raises WrongValue if there is none."""
    if name in LAYOUTS:
        return LAYOUTS[name]
    near = difflib.get_close_matches(name, LAYOUTS, n=1)
    raise WrongValue(
        f"reading migrations as {name!r}",
        because="there is no such layout",
        remedy=f"{f'did you mean {near[0]}? ' if near else ''}choose one of {', '.join(LAYOUTS)}",
    )


def detect(
    paths: Sequence[str],
    folders: Sequence[str],
    heads: Callable[[], Iterable[str]],
    journal: Callable[[], Sequence[str]] = tuple,
) -> Layout:
    """Return the layout of a folder of migrations, by the names of its files.

    `paths` are files below the directory, `folders` the names of the directory and its parents,
    nearest first; `heads` reads the beginnings of numbered files, and `journal` the names in that
    of Drizzle. They are only called if the names alone do not tell.
    """
    if "sqitch.plan" in paths:
        return LAYOUTS["sqitch"]
    sql = [path for path in paths if path.endswith(".sql")]
    for name in ("prisma", "diesel", "pairs", "postgrator", "flyway"):
        # Half of the files is enough: seeds and scripts lie beside the migrations.
        if _matching(name, sql) * 2 >= max(1, _candidates(name, sql)):
            return LAYOUTS[name]
    flat = [path for path in sql if "/" not in path]
    by_drizzle = JOURNAL in paths and "supabase" not in folders[:2]
    # A journal that names few of them was left behind: something else runs the files.
    if by_drizzle and len({*journal()} & {*flat}) * 2 > len(flat):
        return LAYOUTS["drizzle"]
    numbered = [path for path in flat if LAYOUTS["plain"].up.fullmatch(path)]
    if not numbered:
        return LAYOUTS["named" if flat else "plain"]
    # supabase/migrations: names alone do not tell it from other timestamps.
    if "supabase" in folders[:2]:
        return LAYOUTS["supabase"]
    for head in heads():
        if mark := marks(head):
            return LAYOUTS[mark.layout]
    stamped = [path for path in numbered if LAYOUTS["timestamped"].up.fullmatch(path)]
    return LAYOUTS["timestamped" if len(stamped) * 2 > len(numbered) else "plain"]


def _matching(name: str, paths: Sequence[str]) -> int:
    layout = LAYOUTS[name]
    return sum(
        1
        for path in paths
        if layout.up.fullmatch(path) or (layout.down and layout.down.fullmatch(path))
    )


def _candidates(name: str, paths: Sequence[str]) -> int:
    """Return the number of files at the depth at which the layout has its files."""
    if LAYOUTS[name].nested:
        return len(paths)
    return sum(1 for path in paths if len(PurePosixPath(path).parts) == 1)
