"""What a run compares itself with: the report of another run, and what its files have today."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.plugin import internals, options
from pytest_schemaverify.reports.compared import Compared, lines
from pytest_schemaverify.reports.comparing import compared, read
from pytest_schemaverify.reports.record import Record
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.report_files import ReportFile
from pytest_schemaverify.verification.verification import Verification


class Comparison(NamedTuple):
    """The other run."""

    file: str
    """Its report, as messages call it."""
    record: Record | None
    """None where this run is the first to write the report."""
    written: Path | None = None
    """The report, where this run writes it anew."""

    def of(
        self, now: Record, config: pytest.Config, verifications: Mapping[Path, Verification]
    ) -> Compared | None:
        """Return what has changed since; None where there is nothing to compare with."""
        if self.record is None:
            return None
        planned = _planned(verifications)
        shown = _in_report(self.file, config)
        return compared(now, self.record, shown, lambda one: _there(one, planned, config))

    def keeps(self, path: Path, now: Record) -> bool:
        """Return whether a report at a path has to stay as the other run has written it.

        That is so where this run has found out less: the next one would take for new what was
        there all the time.
        """
        if self.record is None or path != self.written:
            return False
        untold, before = (
            {one.fingerprint for one in record.expectations if one.fingerprint}
            for record in (now, self.record)
        )
        return bool(untold - before or now.problems or now.interrupted)

    def foreign(
        self, config: pytest.Config, verifications: Mapping[Path, Verification]
    ) -> ConfigError | None:
        """Return what is wrong with the report of another project, where all would seem gone."""
        others = self.record.expectations if self.record is not None else ()
        planned = _planned(verifications)
        if not others or not any(planned.values()):
            return None
        if any(_there(one.id, planned, config) for one in others):
            return None
        chosen = config.stash[options.CHOSEN]
        called = chosen.called("compare_with")
        return ConfigError(
            f"{chosen.tried('compare_with')}={self.file}",
            because="it is about other expectations:"
            f" none of its {len(others):,} is in this run's files",
            remedy=f"name the report of a run of these files, or leave {called} out",
        )


def other_run(
    chosen: Config, files: Collection[ReportFile], config: pytest.Config
) -> Comparison | None:
    """Return the run that a setting names, None without one. Raises ConfigError for a wrong file.

    A file that is not there yet is none where this run is the one that writes it: the next run has
    something to compare with.
    """
    if not chosen.compare_with:
        if chosen.only_new:
            raise ConfigError(
                chosen.tried("only_new"), because="there is no other run to compare with",
                remedy=f"add {chosen.called('compare_with')}=FILE.json",
            )  # fmt: skip
        return None
    here = config.invocation_params.dir
    name, path = paths.shown(Path(chosen.compare_with)), paths.resolved(here / chosen.compare_with)
    written = [paths.resolved(here / file.path) for file in files if file.format == "json"]
    own = path if path in written else None
    if own and not paths.exists(path):
        return Comparison(name, None, own)
    tried = f"{chosen.tried('compare_with')}={name}"
    return Comparison(name, read(path, tried, chosen.called("compare_with")), own)


def _planned(verifications: Mapping[Path, Verification]) -> dict[str, set[str]]:
    """Return the names of all expectations of each file, whether this run verifies them or not."""
    return {
        one.contract.name: {each.name for each in one.contract.planned}
        for one in verifications.values()
    }


def _in_report(file: str, config: pytest.Config) -> str:
    """Return the file's path from the root folder, or its name, if it is elsewhere."""
    path = paths.resolved(config.invocation_params.dir / file)
    root = paths.resolved(config.rootpath)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _there(item: str, planned: Mapping[str, Collection[str]], config: pytest.Config) -> bool:
    """Return whether there is an expectation with this id, or may be one in a file unread."""
    file, _, name = item.partition("::")
    return name in planned[file] if file in planned else paths.exists(options.path_of(file, config))


def show(
    comparison: Comparison, found: Compared | None, reporter: "pytest.TerminalReporter"
) -> None:
    """Print what has changed, as a section of its own."""
    reporter.section("what changed", sep="-")
    if comparison.record is None:
        reporter.line(f"{comparison.file} was not there yet: the next run compares with this one")
    elif found is None:
        reporter.line("nobody knows: it could not be compared, and why is said below")
    else:
        for text in lines(replace(found, file=comparison.file), internals.width(reporter.config)):
            reporter.line(text)
