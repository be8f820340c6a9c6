"""A line on the terminal that says what is being done, when that takes long."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much; 0 for not known."""

PATIENCE = 2.0
"""Seconds for which nothing is shown: shorter work needs no explanation."""
INTERVAL = 0.2
"""Seconds between two changes of the line."""


def quiet(what: str, done: int, size: int) -> None:
    """Show nothing."""


def _nowhere(text: str) -> None:
    """Write nothing."""


@dataclass(slots=True)
class Line:
    """One line of a terminal that is written again and again, and in the end removed."""

    write: Callable[[str], None] = _nowhere
    """Writes on the terminal; by default nothing is shown."""
    width: int = 80
    patience: float = PATIENCE
    _began: float = field(default_factory=time.monotonic)
    _shown: float = 0.0
    _last: tuple[str, int, int] = ("", 0, 0)

    def begin(self) -> None:
        """Begin something else: nothing is shown for the seconds of `patience`."""
        self._began, self._shown = time.monotonic(), 0.0

    def __call__(self, what: str, done: int, size: int) -> None:
        """Show how far something has got, if it is time to."""
        self._last = (what, done, size)
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

    @contextmanager
    def ticking(self, what: str) -> Iterator[None]:
        """Show what is being done until the block ends, also while nothing says how far it is."""
        if self.write is _nowhere:
            yield
            return
        over = threading.Event()

        def tick() -> None:
            while not over.wait(INTERVAL):
                self(*self._last)

        self.begin()
        self._last = (what, 0, 0)
        ticker = threading.Thread(target=tick, daemon=True)
        ticker.start()
        try:
            yield
        finally:
            over.set()
            ticker.join()
            self.end()
