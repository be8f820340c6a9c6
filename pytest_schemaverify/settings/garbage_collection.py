"""Where objects are many and none is garbage, looking for garbage is most of the time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector away: libyaml's nodes are then read 3.5 times faster."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def kept() -> Iterator[None]:
    """Have the garbage collector leave alone, from now on, what is made meanwhile.

    It lives until the run ends, and the process mostly with it. Going through it again and again,
    and twice more at the end, took a third of the time of 90,000 expectations, and a fifth of that
    of 900.
    """
    gc.collect()  # what others have left is not to be kept
    with uncollected():
        try:
            yield
        finally:
            gc.freeze()
