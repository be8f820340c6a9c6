"""`python -m bench.recall [ROWS [DIMENSIONS [METHOD]]]`: what measuring recall takes.

The vectors are generated as for an empty table of a disposable database; the parts of the time are
printed. 100,000 vectors of 1536 dimensions and their index take 1.6 GB where the server keeps its
files, and an HNSW index as much memory to be built in. What takes long on a table with rows of its
own is the exact search alone: 60.0 s of 60.5 s for 20 queries on 100,000 vectors, on two busy
cores; generating them had taken 51 s, into an IVFFlat index.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_schemaverify import databases
from pytest_schemaverify.behaviour.vectors import VectorColumn, Wanted, generated, recalled
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.settings.config import Config

TABLE = """
create extension vector;
create table memories (embedding vector({dimensions}));
create index on memories using {method} (embedding vector_cosine_ops);
"""


class Clock:
    """Sums up the time by what is being done."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.seconds: dict[str, float] = {}
        self._what, self._since = "", time.perf_counter()

    def __call__(self, what: str, done: int, size: int) -> None:
        """Be told what is being done, and show it."""
        now = time.perf_counter()
        if self._what:
            self.seconds[self._what] = self.seconds.get(self._what, 0) + now - self._since
        self._what, self._since = what, now
        self.line(what, done, size)


@contextmanager
def _told() -> Iterator[Clock]:
    line = Line(lambda text: print(text, end="", file=sys.stderr, flush=True))
    clock = Clock(line)
    yield clock
    clock("", 0, 0)
    line.stop()
    for what, seconds in clock.seconds.items():
        print(f"{seconds:8.1f} s  {what}")


def main(rows: str = "100000", dimensions: str = "1536", method: str = "hnsw") -> None:
    """Measure once and print the parts."""
    with databases.start(Config()) as server:
        dsn = databases.create(server, name="recall", platform="postgres", extensions={}).dsn
        with databases.connect(dsn, autocommit=True) as connection, connection.transaction():
            connection.execute(TABLE.format(dimensions=dimensions, method=method).encode())
            catalog = read(connection)
            column = catalog.families["columns"]["public", "memories", "embedding"]
            looked = VectorColumn.at(column, catalog, "cosine")
            with _told() as clock:
                index = looked.indexes[0]
                made = generated(connection, catalog, looked, index, int(rows), clock)
                wanted = Wanted(k=10, queries=20)
                found = recalled(Reader(connection), made, made.indexes[0], wanted, (), clock)
    print(f"recall {found.share:.3f} at k = 10 over 20 queries on {rows} x {dimensions}, {method}")


if __name__ == "__main__":
    main(*sys.argv[1:])
