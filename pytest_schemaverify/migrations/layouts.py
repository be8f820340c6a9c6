"""The ways in which migration tools name, order and skip files."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from pytest_schemaverify.errors import WrongValue
from pytest_schemaverify.migrations.sections import marks

_FLAT = r"(?P<version>\d+)_(?P<name>[^/]*)\.sql"
# Of dates with dashes all is the version, or else every file of a year would have the same.
_DATE = r"\d{4}-\d\d-\d\d(?:[\-_T.]\d+)*"
_STAMP = rf"(?P<version>\d{{8,}}|{_DATE})"
# A letter behind the number is how people squeeze a file between two others: 012b_fix.sql.
_NUMBER = rf"(?P<version>{_DATE}|\d+(?:\.\d+)*[a-z]?)"
# Where the way up has no word for itself, the way down has one.
_DOWN = r"(?P<name>[^/]*)\.down\.sql"
_LOOSE = rf"(?!.*\.down\.sql$){_NUMBER}(?:[_\-. ](?P<name>[^/]*))?\.sql"
# Servers for which pop has files of their own, besides PostgreSQL.
_OTHERS = r"(?:cockroach|mariadb|mssql|mysql|sqlite3?)"
_POP = rf"(?P<version>\d+)_(?P<name>[^/.]+)(?=\.)(?!\.{_OTHERS}\.)[^/]*"
_FOR_A_SERVER = re.compile(rf"\.(?:postgres|{_OTHERS})\.(?:\w+\.)?(?:up|down)\.sql$")

JOURNAL = "meta/_journal.json"
"""In which Drizzle lists the migrations of a folder, and by which it runs them."""

Sorts = Literal["number", "text", "name"]
"""How versions are compared: as numbers or as texts; or the whole path is, as a text."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What one kind of runner takes for a migration, by the path below the directory."""

    name: str
    expects: str
    """How the files are named, in words for messages."""
    up: re.Pattern[str]
    down: re.Pattern[str] | None = None
    sorts: Sorts = "number"
    nested: bool = False
    """The runner enters folders."""
    aside: re.Pattern[str] | None = None
    """Files that the runner keeps beside the migrations and uses otherwise, if at all."""
    any_runner: bool = False
    """Many tools, or a shell loop, use these names: which order they apply is not known."""


def _layout(
    name: str,
    expects: str,
    up: str,
    down: str | None = None,
    *,
    sorts: Sorts = "number",
    nested: bool = False,
    aside: str | None = None,
    any_runner: bool = False,
) -> Layout:
    undo, beside = (re.compile(one) if one else None for one in (down, aside))
    return Layout(name, expects, re.compile(up), undo, sorts, nested, beside, any_runner)


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        _layout("sqitch", "deploy/name.sql, in the order of sqitch.plan",
                r"deploy/(?P<name>.+)\.sql(?P<version>)", r"revert/(?P<name>.+)\.sql(?P<version>)",
                nested=True, aside=r"verify/.+\.sql"),
        _layout("prisma", "20240101120000_name/migration.sql",
                r"(?P<version>\d*)_?(?P<name>[^/]*)/migration\.sql", sorts="name", nested=True),
        _layout("diesel", "20240101120000_name/up.sql and down.sql",
                r"(?P<version>[\d\-]*)_?(?P<name>[^/]*)/up\.sql",
                r"(?P<version>[\d\-]*)_?(?P<name>[^/]*)/down\.sql", sorts="text", nested=True),
        _layout("pop", "001_name.up.sql, 001_name.postgres.up.sql and the same with down",
                rf"{_POP}\.up\.sql", rf"{_POP}\.down\.sql",
                aside=rf".*\.{_OTHERS}\..*\.sql"),
        _layout("pairs", "001_name.up.sql and 001_name.down.sql",
                r"[Vv]?(?P<version>\d+)(?:[_\-.](?P<name>[^/]*))?\.up\.sql",
                r"[Vv]?(?P<version>\d+)(?:[_\-.](?P<name>[^/]*))?\.down\.sql"),
        _layout("postgrator", "001.do.name.sql and 001.undo.name.sql",
                r"(?P<version>\d+)\.do(?:\.(?P<name>[^/]*))?\.sql",
                r"(?P<version>\d+)\.undo(?:\.(?P<name>[^/]*))?\.sql"),
        _layout("flyway", "V1__name.sql, V1_2__name.sql, R__name.sql, U1__name.sql",
                r"(?:.*/)?(?:V(?P<version>\d+(?:[._]\d+)*)|R)__(?P<name>[^/]*)\.sql",
                r"(?:.*/)?U(?P<version>\d+(?:[._]\d+)*)__(?P<name>[^/]*)\.sql", nested=True),
        # goose and tern want an underscore behind the number; the other two take any name.
        _layout("dbmate", "001_name.sql with the comments of dbmate",
                r"(?P<version>\d+)[_\-. ]?(?P<name>[^/]*)\.sql", sorts="name"),
        _layout("goose", "001_name.sql with the comments of goose", _FLAT),
        _layout("sql-migrate", "001_name.sql with the comments of sql-migrate",
                r"(?P<version>\d*)[_\-. ]?(?P<name>[^/]*)\.sql"),
        _layout("drizzle", "0000_name.sql, in the order of meta/_journal.json",
                r"(?P<version>\d*)_?(?P<name>[^/]*)\.sql"),
        _layout("node-pg-migrate", "1700000000000_name.sql with the comments of node-pg-migrate",
                r"(?P<version>\d+)[_\-](?P<name>[^/]*)\.sql"),
        _layout("tern", "001_name.sql with the separator of tern", _FLAT),
        _layout("graphile-migrate", "committed/000001.sql, committed/000001-name.sql",
                r"committed/(?P<version>\d{6,})(?:-(?P<name>[^/]*))?\.sql", nested=True,
                aside=r"(?:current|fixtures)(?:/.*)?\.sql"),
        _layout("supabase", "20240101120000_name.sql", _FLAT, sorts="name"),
        _layout("timestamped", "20240101120000_name.sql",
                rf"(?!.*\.down\.sql$){_STAMP}(?:[_\-](?P<name>[^/]*))?\.sql",
                rf"{_STAMP}[_\-]{_DOWN}", any_runner=True),
        _layout("plain", "001_name.sql", _LOOSE, rf"{_NUMBER}[_\-. ]{_DOWN}", any_runner=True),
        _layout("named", "name.sql, in the order of the names",
                r"(?!.*\.down\.sql$)(?P<name>[^/]*)\.sql(?P<version>)", rf"{_DOWN}(?P<version>)",
                sorts="name"),
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
        # Half of the files is enough: seeds and scripts lie beside the migrations. One that leads
        # forward is needed: others than golang-migrate have 1_a.down.sql, too, beside 1_a.sql.
        forward = any(map(LAYOUTS[name].up.fullmatch, sql))
        if forward and _matching(name, sql) * 2 >= _candidates(name, sql):
            for_servers = name == "pairs" and any(map(_FOR_A_SERVER.search, sql))
            return LAYOUTS["pop" if for_servers else name]
    if any(map(LAYOUTS["graphile-migrate"].up.fullmatch, sql)) and _of_graphile(sql):
        return LAYOUTS["graphile-migrate"]
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


def _of_graphile(paths: Iterable[str]) -> bool:
    """Return whether there is the migration that one works on, which has no number yet."""
    return any(path == "current.sql" or path.startswith("current/") for path in paths)


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
