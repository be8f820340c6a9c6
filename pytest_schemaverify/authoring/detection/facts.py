"""What was found out, and where it shows."""

from typing import NamedTuple


class Fact(NamedTuple):
    """Something that was found out, to be said aloud."""

    said: str
    because: str
    """Where it shows: a file and a line, or names of files."""

    def __str__(self) -> str:
        return f"{self.said} ({self.because})"
