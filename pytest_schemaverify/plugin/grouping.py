"""Prints failures that would fill more than a screen by their causes; `-v` prints each in full."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_schemaverify.plugin import internals
from pytest_schemaverify.plugin.outcomes import parts
from pytest_schemaverify.reports.colours import of_failure


class Grouping:
    """Has one report stand for all failures of expectations while pytest prints the failures."""

    def __init__(self) -> None:
        self.stats: dict[str, list[Any]] = {}
        self.failures: list[Any] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: "pytest.TerminalReporter", config: pytest.Config
    ) -> Iterator[None]:
        """Put it in their place, and let pytest print the failures, which it does before others."""
        failures = terminalreporter.stats.get("failed", [])
        ours = [one for one in failures if _grouped(one, config)]
        shortened = config.get_verbosity() <= 0 and _style(config) in _SHORTENED
        if ours and shortened and _long(ours):
            one = _standing_for(ours, config)
            self.stats, self.failures = terminalreporter.stats, failures
            self.stats["failed"] = [one, *(other for other in failures if other not in ours)]
        try:
            return (yield)
        finally:
            self.put_back()

    def put_back(self) -> None:
        """Have each failure in its place again."""
        if self.failures:
            self.stats["failed"] = self.failures


class PuttingBack:
    """Puts the failures back once they are printed: the short summary lists each of them."""

    def __init__(self, grouping: Grouping) -> None:
        self.grouping = grouping

    @pytest.hookimpl(tryfirst=True)
    def pytest_terminal_summary(self) -> None:
        """Put them back."""
        self.grouping.put_back()


_SHORTENED = ("auto", "short")
"""Values of `--tb` that do not ask for all, for one line, or for nothing."""


def _style(config: pytest.Config) -> str:
    return str(config.getoption("tbstyle", "auto"))


def _grouped(report: Any, config: pytest.Config) -> bool:
    """Return whether a failure may be printed in short.

    The findings of a rehearsal, or of what differs from the files, have little in common.
    """
    failed = [getattr(one, "schema_failed", ()) for one in parts(report, config) if one.failed]
    return bool(failed) and all(one and not one[1].startswith("migrations.") for one in failed)


def _long(reports: list[Any]) -> bool:
    from pytest_schemaverify.reports.grouped import SCREEN

    return sum(1 + len(one.longreprtext.splitlines()) for one in reports) > SCREEN


def _standing_for(reports: list[Any], config: pytest.Config) -> Any:
    """Return a report with all failures, grouped."""
    from pytest_schemaverify.reports.grouped import Failed, Told, grouped

    found = []
    for report in (part for one in reports for part in parts(one, config) if part.failed):
        concern, check, place, name, told, untold = report.schema_failed
        findings = [Told(*one) for one in told]
        found.append(Failed(concern, check, place, name, findings, untold))
    one = copy.copy(reports[0])
    vars(one).pop("node", None)  # the worker of pytest-xdist, of which the text would name one
    number = "1 expectation does" if len(found) == 1 else f"{len(found)} expectations do"
    title = f"{number} not hold; the worst first, -v shows each in full"
    one.location = (*one.location[:2], title)
    one.longrepr, one.sections = _Text(grouped(found, internals.width(config)), config), []
    return one


class _Text:
    """The text of failures, as pytest has a report print it."""

    def __init__(self, lines: list[str], config: pytest.Config) -> None:
        self.lines = lines
        self.config = config

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def toterminal(self, _: Any) -> None:
        """Print it, in colours where pytest has them."""
        for line in self.lines:
            internals.line(self.config, of_failure(line))
