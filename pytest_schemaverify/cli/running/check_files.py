"""Reads the files of expectations among some files, and judges the migrations among them."""

import argparse
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pytest_schemaverify.cli.exit_codes import WRONG
from pytest_schemaverify.cli.printing import show, show_failure
from pytest_schemaverify.cli.running.known import known_findings, left
from pytest_schemaverify.cli.sources import given, say, spelled
from pytest_schemaverify.errors import ConfigError, SchemaVerifyError, SpecError, exit_code
from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.migrations.read import SQL_LIKE
from pytest_schemaverify.reports.failure import brief, failure, once
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.reading import read, require_known
from pytest_schemaverify.verification import spec_files, static
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.known_findings import KnownFindings
from pytest_schemaverify.verification.preflight import require_variables, usable
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.severity import counted, expected

_NOTHING = "nothing is judged: none of the files is a migration or a file of expectations of yours"
_INCLUDES = re.compile(r"^\W*include\b", re.MULTILINE)


def run(chosen: argparse.Namespace) -> int:
    """Print what is wrong, and return the exit code. Raises ConfigError for wrong settings."""
    config = _settings(chosen)
    there = {one: _is_there(Path(one)) for one in chosen.files}
    files = [_whole(Path(one)) for one, found in there.items() if found]
    sql = [one for one in files if SQL_LIKE.search(one.name)]
    # A migration is listed by the first of these, and one that is included by either.
    named = frozenset({*sql, *map(paths.resolved, sql)}) if chosen.files else None
    known, codes = known_findings(config), list[int]()
    specs = _specs(config, files) if chosen.files else _every_spec(config)
    contracts = [*_contracts(specs, config, codes)]
    if not chosen.files and not codes:  # a file that is not read may have it
        require_variables(config, {name for one in contracts for name in one.variables})
    for one in contracts:
        results = [] if named == frozenset() else _results(one, named, known)
        codes += _told(one, results)
        say(chosen, [_summed(one, results)])
    say(chosen, [f"{one}: there is no such file" for one, found in there.items() if not found])
    if files and not contracts and not codes:
        say(chosen, [_NOTHING])
    return exit_code(codes)


def _settings(chosen: argparse.Namespace) -> Config:
    """Return the settings, without those that name a database: none is asked."""
    require_known(os.environ)
    config = read(given(chosen).get, lambda _: None, os.environ.get, dashes="--")
    return usable(replace(config, dsn="", dsn_env="", server="", bin_dir="", backup=""), [])


def _is_there(path: Path) -> bool:
    """Return whether a file has not been deleted. Raises ConfigError for a folder."""
    if paths.is_folder(path):
        raise ConfigError(
            f"reading FILE={path}",
            because="that is a folder",
            remedy="name files, or none to have all of them judged",
        )
    return paths.is_file(path)


def _whole(path: Path) -> Path:
    """Return the absolute path of a file, which may be a link itself."""
    return paths.resolved(path.parent) / path.name


def _every_spec(config: Config) -> list[Path]:
    """Return the files of expectations of the project. Raises ConfigError where there are none."""
    if found := _named(config) or spec_files.in_folder(_whole(Path("x")).parent):
        return found
    raise ConfigError(
        "reading expectations.yaml",
        because="there is no such file",
        remedy="name the file of expectations with --spec=FILE",
    )


def _specs(config: Config, files: Sequence[Path]) -> list[Path]:
    """Return the files of expectations that some of the files are, or concern.

    Raises ConfigError for SQL where there is no file of expectations that could be about it.
    """
    named, found = _named(config), dict[Path, None]()
    for path in files:
        around = named or spec_files.around(path, paths.resolved(Path()))
        if SQL_LIKE.search(path.name):
            found |= dict.fromkeys(around or [_none_around(path)])
        elif path in around:
            found[path] = None
        elif not named and spec_files.is_misnamed(path):
            raise SpecError([spec_files.misnamed(path, paths.shown(path), "--spec")])
        elif path.suffix in (".yaml", ".yml"):
            # Whether it is included is known when the other file has been read, and then it has.
            found |= {one: None for one in around if _INCLUDES.search(_text(one))}
    return [*found]


def _none_around(path: Path) -> Path:
    raise ConfigError(
        f"judging {paths.shown(path)}",
        because="there is no file of expectations in its folder, or in one around it",
        remedy="name the file of expectations with --spec=FILE; where this is no migration of "
        "yours, leave it out",
    )


def _text(path: Path) -> str:
    return paths.content(path).decode("utf-8", errors="replace")


def _named(config: Config) -> list[Path]:
    """Return the files that the settings name. Raises ConfigError for one that is not there."""
    for one in map(Path, config.spec):
        if not paths.is_file(one):
            raise ConfigError(
                f"{config.tried('spec')}={one}",
                because="that is a folder" if paths.is_folder(one) else "there is no such file",
                remedy="name the file of expectations",
            )
    return [_whole(Path(one)) for one in config.spec]


def _contracts(specs: Iterable[Path], config: Config, codes: list[int]) -> Iterator[Contract]:
    """Yield the files of expectations; of those that cannot be used print why, and add the code."""
    folders = Folders()
    for path in specs:
        # As pytest calls it, and with the same path, so that both have the plan that one has kept.
        # Of a small file it is kept as well: what reads a file is built in 0.15 s.
        name = Path(os.path.relpath(path)).as_posix()
        try:
            one = Contract(path, name, config, folders)
            if one.fault is not None:
                raise one.fault
        except SchemaVerifyError as error:
            if config.spec or not (isinstance(error, SpecError) and spec_files.is_foreign(path)):
                show_failure(spelled(str(error)))
                codes.append(error.code)
        else:
            yield one


def _results(one: Contract, named: frozenset[Path] | None, known: KnownFindings) -> list[Result]:
    """Return the results with what is expected, known, or below what fails taken into account."""
    found = []
    for result in static.results(one, named):
        if result.findings:
            result = counted(result, one.config.fail_on)
            result = expected(result) if result.planned.under.xfail else left(known, one, result)
        found.append(result)
    return found


def _told(one: Contract, results: Sequence[Result]) -> Iterator[int]:
    """Print what is wrong, and yield its exit codes."""
    for result in once(results):
        if result.wrong or result.undetermined:
            show_failure(failure(result, one.name))
        elif result.warning and not result.known:
            planned = result.planned
            place = f"{planned.file or one.name}:{planned.line}:{planned.column}"
            show(f"{planned.under.severity}  {place}: {planned.name}: {brief(result)}")
    yield from (WRONG for result in results if result.wrong)
    yield from (result.code for result in results if result.undetermined)


def _summed(one: Contract, results: Sequence[Result]) -> str:
    """Return a line about what was looked at, so that nothing wrong is not mistaken for nothing."""
    if not results:
        return f"{one.name}: {len(one.planned):,} expectations, none of them about these files"
    made = [result for result in results if not result.skipped]
    held = sum(1 for result in made if not (result.wrong or result.undetermined))
    return f"{one.name}: {held} of {len(made)} expectations of migration files hold"
