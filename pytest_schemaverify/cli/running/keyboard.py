"""Single keys of a terminal, without the key that ends a line."""

import os
import sys


def available() -> bool:
    """Return whether a person is at the terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def key() -> str:
    """Return the next key that is pressed; "" at the end of the input."""
    try:
        import termios
        import tty
    except ModuleNotFoundError:  # on Windows, where a key ends with Enter
        return sys.stdin.readline()[:1]
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    try:
        tty.setcbreak(number, termios.TCSANOW)
        return os.read(number, 1).decode(errors="replace").removesuffix("\x04")
    finally:
        termios.tcsetattr(number, termios.TCSANOW, before)


def line(prompt: str) -> str:
    """Return the line that is typed; "" at the end of the input."""
    print(prompt, end="", flush=True)
    return sys.stdin.readline().strip()
