"""What an expectation's report counts as."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest


def outcome_of(report: pytest.TestReport) -> str:
    """Return what an expectation's report counts as: one of OUTCOMES, or another plugin's own."""
    # In this order, because for pytest what could not be found out has failed, and a warning has
    # passed.
    if hasattr(report, "schema_code"):
        return "undetermined"
    if getattr(report, "schema_warning", ""):
        return "warned"
    return "known" if hasattr(report, "wasxfail") and report.skipped else report.outcome


def parts(report: pytest.TestReport, config: pytest.Config) -> Iterator[pytest.TestReport]:
    """Yield the reports of the expectations that the report of an object has; of others it itself.

    Those that hold and of which nobody wants to know more than their number are not among them.
    """
    found: Any = getattr(report, "schema_parts", None)
    for one in [report] if found is None else found:
        # From a worker of pytest-xdist they come as plain values. Of a copy, because pytest takes
        # what it reads apart, and others read it, too.
        hook = config.hook.pytest_report_from_serializable
        yield hook(config=config, data=deepcopy(one)) if isinstance(one, dict) else one
