"""Leaves the standard output to a report that is written there."""

import sys

import pytest


class TerminalAside:
    """Has pytest's own output go to the standard error, so that a report is all that is written."""

    def __init__(self) -> None:
        # pytest and its plugins take the standard output for theirs after this, and before the
        # session starts.
        self.output = sys.stdout
        sys.stdout = sys.stderr

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Put it back, for the report and for what tests print."""
        sys.stdout = self.output
