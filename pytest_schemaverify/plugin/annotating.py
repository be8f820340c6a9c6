"""Has the results of a run gathered where it writes reports, or is to annotate something."""

from typing import TYPE_CHECKING

import pytest

from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.report_files import annotated

if TYPE_CHECKING:
    from pytest_schemaverify.plugin.reporting import Reporting


def gather(config: pytest.Config, chosen: Config) -> None:
    """Gather what reports and annotations tell. Raises UsageError for a file that cannot be."""
    if chosen.reported:
        from pytest_schemaverify.plugin.reporting import report_into  # few runs do that

        report_into(config, chosen)
    elif annotated():
        config.pluginmanager.register(Annotating(config))


class Annotating:
    """Waits, in a job of GitHub that writes no report, for the first expectation.

    A run without expectations imports nothing for it.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hand on the first report of an expectation; the next ones go to who gathers them."""
        if hasattr(report, "schema_reported") or hasattr(report, "schema_parts"):
            self._gathering().pytest_runtest_logreport(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Hand on what is said of a file of expectations that cannot be read."""
        if hasattr(report, "schema_code"):
            self._gathering().pytest_collectreport(report)

    def _gathering(self) -> "Reporting":
        from pytest_schemaverify.plugin.reporting import Reporting

        gathering = Reporting(self.config, [], None)
        self.config.pluginmanager.unregister(self)
        self.config.pluginmanager.register(gathering)
        return gathering
