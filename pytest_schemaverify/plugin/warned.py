"""The lines of the short summary for expectations that do not hold and fail nothing."""

from collections.abc import Generator

import pytest

_MOST = 30
"""Lines that are printed."""


class Warned:
    """Notes these expectations, and names them behind pytest's own lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def hear(self, report: pytest.TestReport) -> None:
        """Note an expectation."""
        if warning := getattr(report, "schema_warning", ""):
            name = report.nodeid.partition("::")[2]
            self.lines.append(f"WARNED {report.nodeid} - {warning.partition(f'{name}: ')[2]}")

    # Around the others, because pytest prints its short summary behind all that plugins print. The
    # class is quoted, because pytest exports it from 8.4 on only.
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: "pytest.TerminalReporter"
    ) -> Generator[None, None, None]:
        """Print the lines."""
        yield
        for line in self.lines[:_MOST]:
            terminalreporter.line(line, yellow=True)
        if len(self.lines) > _MOST:
            terminalreporter.line(f"WARNED and {len(self.lines) - _MOST} more; -rP shows them")
