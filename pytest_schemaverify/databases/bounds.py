"""What the user's code may take where it is tried. docs/reference/bounds.md has the numbers."""

from typing import NamedTuple

MEGABYTE = 1024 * 1024


class Bounds(NamedTuple):
    """What one statement may take, and what all calls of a check may take together."""

    statement: int = 10_000
    """Milliseconds. Copies have few rows: a longer statement is waiting, or never ends."""
    lock: int = 2_000
    """Milliseconds. Nobody else uses a copy: what waits for a lock waits for itself."""
    files: int = 256 * MEGABYTE
    """Bytes of temporary files, where results without an end go; ours are in memory."""
    memory: int = 1024 * MEGABYTE
    """Bytes of the server's process, which no setting of PostgreSQL bounds."""
    answer: int = 256 * MEGABYTE
    """Bytes of an answer, which pytest keeps in memory."""
    met: int = 2
    """Calls of one function that meet a bound before it is given up: each costs its time."""
    calls: int = 50_000
    """Calls of all functions by one check."""

    @property
    def script(self) -> int:
        """Milliseconds for a statement of the file's own scripts, which may load many rows."""
        return max(60_000, self.statement)

    @property
    def endless(self) -> int:
        """Milliseconds of a call with endless arguments, such as a date of 'infinity'.

        It is short because the same function is called with other arguments, too.
        """
        return self.statement // 5

    @property
    def seconds(self) -> float:
        """Seconds that all calls of one check may take together."""
        return 30 * self.statement / 1000

    @property
    def grace(self) -> float:
        """Seconds for which a statement may go on after the server has canceled it."""
        return 2 + self.statement / 10_000


BOUNDS = Bounds()
"""The bounds of what is tried, unless a setting says otherwise."""

READING = Bounds(statement=600_000, files=1024 * MEGABYTE, memory=4096 * MEGABYTE)
"""The bounds of the file's queries over a disposable database, which may have a backup's rows."""
