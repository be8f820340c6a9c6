"""A line on the terminal that says what is being done, when that takes long."""

import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much; 0 for not known."""

PATIENCE = 2.0
"""Seconds for which nothing is shown: shorter work needs no explanation."""
INTERVAL = 0.2
"""Seconds between two changes of the line."""
_NEVER = float("inf")


def quiet(what: str, done: int, size: int) -> None:
    """Show nothing."""


def _nowhere(text: str) -> None:
    """Write nothing."""


class Line:
    """One line of a terminal that is written again and again, and in the end removed.

    A thread writes it, because most of what takes long is one call of the server. It is there from
    the first step until `stop`, and tests of others must not run beside it: some fork.
    """

    def __init__(
        self, write: Callable[[str], None] = _nowhere, width: int = 80,
        patience: float = PATIENCE, column: Callable[[], int] = int,
    ) -> None:  # fmt: skip
        self.write = write
        """Writes on the terminal; by default nothing is shown."""
        self.width = width
        self.patience = patience
        self.column = column
        """Returns how many columns of the terminal's last line somebody else has written."""
        self._last = ("", 0, 0)
        self._began = _NEVER
        """When the step began, by the clock of `time.monotonic`."""
        self._shown_at: int | None = None
        """The column to go back to when the line is removed; None while nothing is shown."""
        self._held = False
        self._over: threading.Event | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def __call__(self, what: str, done: int, size: int) -> None:
        """Note how far something has got, inside of a step or as one."""
        if self.write is _nowhere:
            return
        self._last = (what, done, size)
        if self._began == _NEVER:
            self._began = time.monotonic()
        if self._over is None:
            self._over = threading.Event()
            self._thread = threading.Thread(target=self._tick, args=(self._over,), daemon=True)
            self._thread.start()

    def step(self, what: str) -> None:
        """Begin a step: nothing is shown for the seconds of `patience`."""
        if self.write is not _nowhere and not self._held:
            self._began = _NEVER
            self(what, 0, 0)

    def done(self) -> None:
        """End a step, and remove the line, if there is one. `ticking` ends its own."""
        if self._began == _NEVER or self._held:
            return
        with self._lock:
            self._began = _NEVER
            if self._shown_at is not None:
                self.write(f"\r{' ' * (self.width - 1)}\r")
                if self._shown_at:  # up, and behind what stands there
                    self.write(f"\x1b[1A\x1b[{self._shown_at + 1}G")
                self._shown_at = None

    def stop(self) -> None:
        """End the step and the thread; another step begins another one."""
        self.done()
        if self._over is not None and self._thread is not None:
            self._over.set()
            # Whoever runs next may count threads, or fork.
            self._thread.join()
            self._over = self._thread = None

    @contextmanager
    def ticking(self, what: str) -> Iterator[None]:
        """Show what is being done until the block ends, whatever steps are in it."""
        held = self._held
        if not held:
            self.step(what)
        self._held = True
        try:
            yield
        finally:
            self._held = held
            if not held:
                self.stop()

    def _tick(self, over: threading.Event) -> None:
        while not over.wait(INTERVAL):
            # A terminal that is gone takes nothing with it.
            with self._lock, suppress(OSError, ValueError):
                waited = time.monotonic() - self._began
                if waited >= self.patience:
                    self._show(waited)

    def _show(self, waited: float) -> None:
        if self._shown_at is None:
            self._shown_at = self.column() % self.width
            self.write("\n" if self._shown_at else "")
        what, done, size = self._last
        part = f" {min(done * 100 // size, 100)} %" if size and done else ""
        text = f"schemaverify: {what}{part}, {waited:.0f} s"
        # One column less than the terminal has: some wrap when the last one is written.
        self.write(f"\r{_cut(text, self.width - 1)}")


def _cut(text: str, width: int) -> str:
    """Return a text that takes so many columns, cut in its middle or filled up with blanks."""
    if (over := columns(text) - width) > 0:
        # The end has the time; what stands before it is cut.
        body, comma, end = text.rpartition(", ")
        while body and columns(f"{body}…{comma}{end}") > width:
            body = body[:-1]
        text = f"{body}…{comma}{end}" if body else text[:-over]
    return text + " " * (width - columns(text))


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )
