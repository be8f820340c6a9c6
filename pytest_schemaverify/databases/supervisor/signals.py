"""How a program that has to tidy up takes the signals that ask it to end."""

import signal
import sys
from typing import NoReturn

# Windows, where this is imported and not used, has no SIGHUP.
SIGNALS = (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM))


def exit_on_signals() -> None:
    """Have signals end the program through its `finally` blocks."""
    for number in SIGNALS:
        signal.signal(number, _exit)


def ignore_signals() -> None:
    """Ignore further signals, which would interrupt the tidying up."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _exit(*_: object) -> NoReturn:
    ignore_signals()
    sys.exit(1)
