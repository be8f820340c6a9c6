"""How much a result counts: severities, and expectations under `xfail`."""

from dataclasses import replace

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.settings.config import SEVERITIES
from pytest_schemaverify.verification.result import Result


def counted(result: Result, fail_on: str) -> Result:
    """Return a result with findings; they only warn where their severity is below `fail_on`."""
    below = SEVERITIES.index(result.planned.under.severity) < SEVERITIES.index(fail_on)
    return replace(result, warning=True) if below else result


def expected(result: Result) -> Result:
    """Return the result of an expectation under `xfail` that does not hold."""
    return replace(result, known=f"expected: {result.planned.under.xfail}")


def unexpected(result: Result) -> Result:
    """Return the result of an `xfail` under which every expectation holds."""
    finding = Finding(
        expected=f"something that does not hold, because of `xfail: {result.planned.under.xfail}`",
        actual="all of it holds; remove `xfail`",
    )
    return replace(result, findings=(finding,))
