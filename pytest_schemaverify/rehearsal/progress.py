"""A line on the terminal that says what is being done, when that takes long."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much; 0 for not known."""

PATIENCE = 2.0
"""Seconds for which nothing is shown: shorter work needs no explanation."""
INTERVAL = 0.2
"""Seconds between two changes of the line."""


def quiet(what: str, done: int, size: int) -> None:
    """Show nothing."""


@dataclass(slots=True)
class Line:
    """One line of a terminal that is written again and again, and in the end removed."""

    write: Callable[[str], None] = lambda _: None
    """Writes on the terminal; by default nothing is shown."""
    width: int = 80
    patience: float = PATIENCE
    _began: float = field(default_factory=time.monotonic)
    _shown: float = 0.0

    def begin(self) -> None:
        """Begin something else: nothing is shown for the seconds of `patience`."""
        self._began, self._shown = time.monotonic(), 0.0

    def __call__(self, what: str, done: int, size: int) -> None:
        """Show how far something has got, if it is time to."""
        now = time.monotonic()
        if now - self._began < self.patience or now - self._shown < INTERVAL:
            return
        self._shown = now
        part = f" {min(done * 100 // size, 100)} %" if size and done else ""
        text = f"schemaverify: {what}{part}, {now - self._began:.0f} s"
        # One column less than the terminal has: some wrap when the last one is written.
        self.write(f"\r{text[: self.width - 1]:<{self.width - 1}}")

    def end(self) -> None:
        """Remove the line, if there is one."""
        if self._shown:
            self.write(f"\r{' ' * (self.width - 1)}\r")
            self._shown = 0.0
