"""What a result counts for: severities, and what is expected not to hold."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.settings.config import SEVERITIES
from pytest_schemaverify.verification.result import Result

Others = Callable[[], Iterable[Result]]
"""Makes the checks of everything under the same `xfail`, in the order of the file."""


def judged(result: Result, fail_on: str, others: Others) -> Result:
    """Return the result with what it counts for in a run that fails from a severity on."""
    under = result.planned.under
    if under.xfail and result.findings:
        return replace(result, known=f"expected: {under.xfail}")
    if under.xfail and result.passed and _unexpected(result, others):
        finding = Finding(
            expected=f"something that does not hold, because of `xfail: {under.xfail}`",
            actual="all of it holds; remove `xfail`",
        )
        result = replace(result, findings=(finding,))
    below = SEVERITIES.index(under.severity) < SEVERITIES.index(fail_on)
    return replace(result, warning=True) if result.findings and below else result


def _unexpected(result: Result, others: Others) -> bool:
    """Return whether all that should not hold does, which the first of it tells."""
    together = list(others())
    return together[0].planned is result.planned and all(
        not one.findings and not one.undetermined for one in together
    )
