"""The command that a person would type next, as the last thing that a run says."""

from collections import Counter
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from pytest_schemaverify.plugin import options
from pytest_schemaverify.verification.verification import Verification

_COMMANDS = {
    "fix": "SQL for {} as one script; runs nothing",
    "diff": "lists what the file does not name; writes nothing",
}
"""The commands that are named, the most useful first, with what each does about the failures."""


class NextSteps:
    """Notes which command is for which file, and names one when all else is said."""

    def __init__(self, verifications: Mapping[Path, Verification], config: pytest.Config) -> None:
        self.verifications = verifications
        self.config = config
        self.files: dict[str, Counter[str]] = {name: Counter() for name in _COMMANDS}
        """The failures that each command is for, by file in the order of the run."""

    def hear(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        if report.failed and (command := getattr(report, "schema_next", "")):
            self.files[command][report.nodeid.partition("::")[0]] += 1

    # Around the others, because pytest prints its short summary behind all that plugins print. The
    # class is quoted, because pytest exports it from 8.4 on only.
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: "pytest.TerminalReporter"
    ) -> Generator[None, None, None]:
        """Print the command."""
        yield
        verbosity = self.config.option.verbose
        if line := "" if verbosity < -1 or self.config.option.no_summary else self._line(verbosity):
            terminalreporter.line(line, bold=True)

    def _line(self, verbosity: int) -> str:
        named = ((name, *one) for name, files in self.files.items() for one in files.items())
        for name, file, number in named:
            from pytest_schemaverify.reports.next_command import next_command

            path = options.path_of(file, self.config)
            here = self.config.invocation_params.dir
            typed = next_command(name, self.config.stash[options.CHOSEN], path, here)
            if typed:
                what = f"  # {_COMMANDS[name].format(_failures(number))}" if verbosity >= 0 else ""
                return f"next: {typed}{what}"
        return ""


def _failures(number: int) -> str:
    return f"{number} failure{'' if number == 1 else 's'}"
