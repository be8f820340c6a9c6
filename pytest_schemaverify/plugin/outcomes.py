"""What an expectation's report counts as."""

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
