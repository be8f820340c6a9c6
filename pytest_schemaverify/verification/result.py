"""The result of one planned check."""

from dataclasses import dataclass

from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.verification.planning import Planned


@dataclass(frozen=True, slots=True)
class Result:
    """The findings of one planned check, or the reason for which there are none."""

    planned: Planned
    findings: tuple[Finding, ...] = ()
    skipped: str = ""
    """Why the check could not apply."""
    undetermined: str = ""
    """Why the check could not be made. Such a check has not passed."""
    code: int = SchemaVerifyError.code
    """Exit code of a run with this result, where the check could not be made."""
    shared: str = ""
    """The cause that it shares with other results, which the terminal shows once."""
    known: str = ""
    """Why its findings are no surprise: an `xfail`, or the known findings of the run."""
    warning: bool = False
    """Whether its findings are below what fails."""

    @property
    def passed(self) -> bool:
        """Whether the check was made and found nothing."""
        return not (self.findings or self.skipped or self.undetermined)

    @property
    def wrong(self) -> bool:
        """Whether it has findings that count."""
        return bool(self.findings) and not (self.known or self.warning)
