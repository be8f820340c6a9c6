"""Functions that a rule did not call, or whose calls did not come to an end."""

from dataclasses import dataclass

from pytest_schemaverify.findings import Finding


@dataclass(frozen=True, slots=True)
class Uncalled:
    """A function whose effect is not known, since it was not called or did not end."""

    function: str
    because: str = ""
    """Which bound was met; "" where an exemption of the file names it."""

    def told(self) -> Finding:
        """Return what a rule says of it; what is exempted is told where the exemption fails."""
        if not self.because:
            return Finding(
                subject=self.function,
                expected="no exemption, or one that holds",
                actual="not called, because of it",
            )
        return Finding(
            subject=self.function,
            expected="a call that runs to its end",
            actual=f"not tried: {self.because}",
            hint="--schema-statement-timeout gives it more time; if it is right, name it under "
            "`except` with the reason, and it is not called",
            untold=True,
        )
