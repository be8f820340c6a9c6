"""One disposable PostgreSQL: a program of its own that lives as long as its standard input.

Run as `python -I -S FOLDER ORDER`, FOLDER being this one and ORDER the JSON form of `Order`.
It writes one line of JSON, where the server listens or why there is none, and waits. A line that it
is given meanwhile is the path of a file: it stops the server, writes the data folder there, starts
the server again, and answers with one more line. `keep` instead of a path has it stay. Without
that, when its standard input ends or its parent is gone, however that came about, it stops the
server and removes the files. It imports nothing but
the standard library: it runs without site-packages, and the time that it takes to load is time
that the user waits.
"""

from typing import TypedDict

KEEP = "keep"
"""The line that has the server stay; any other is a path."""


class Order(TypedDict):
    """What the caller wants."""

    bin_dir: str
    major: int
    """The programs' major version."""
    initdb: list[str]
    """Its arguments."""
    character_types: list[str]
    """Locales; the first that this machine knows is taken."""
    options: dict[str, str]
    places: list[tuple[str, int]]
    """Folders, and the free bytes that each must have to be taken; the last one needs none."""
    stand_ins: str
    """A folder of extensions in SQL."""
    archive: str
    """Where the initialised cluster is kept between runs, or ''."""
    begin: str
    """An archive of the data folder to begin with, instead of an empty cluster, or ''."""
    watch: bool
    """Have the log tell what is run, to know whether a copy may be kept."""
    keep: bool
    """Leave the server running when it is told to, until somebody kills this program."""
    parent: int
    """The caller's process."""


class Failure(Exception):
    """No server can be had; its text is told to the caller."""
