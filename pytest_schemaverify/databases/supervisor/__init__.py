"""One disposable PostgreSQL: a program of its own that lives as long as its standard input.

Run as `python -I -S FOLDER ORDER`, FOLDER being this one and ORDER the JSON form of `Order`. It
writes one line of JSON, which says where the server listens or why there is none, and waits. Each
line that the caller then writes is a `Copy` in JSON: the program stops the server, writes the data
folder to a new file, starts the server again, and answers with one more line of JSON. The line
`keep` makes the program and its server stay. Without it, the program stops the server and removes
the files when its standard input ends or its parent process is gone. It imports nothing but the
standard library, because it runs without site-packages and the user waits while it loads.
"""

from typing import TypedDict

KEEP = "keep"
"""The line that makes the server stay; every other line is a `Copy`."""


class Order(TypedDict):
    """What the caller wants; it travels as JSON in the program's only argument."""

    bin_dir: str
    """The folder of `initdb` and `postgres`."""
    major: int
    """The programs' major version."""
    initdb: list[str]
    """Its arguments."""
    character_types: list[str]
    """Locales; the first that this machine knows is taken."""
    options: dict[str, str]
    """The server's settings, by name."""
    places: list[tuple[str, int]]
    """Folders, and the free bytes that each must have to be taken; the last one needs none."""
    stand_ins: str
    """A folder of extensions in SQL."""
    trusted: list[str]
    """Extensions that each role may create who may create objects in a database."""
    archive: str
    """Where the initialised cluster is kept between runs, or ''."""
    platform: str
    """Where a cluster is kept that has a platform, too; it is taken first if it is there. Or ''."""
    begin: str
    """An archive of the data folder to begin with, instead of an empty cluster, or ''."""
    watch: bool
    """Whether the server logs all statements, from which it is decided if a copy may be kept."""
    keep: bool
    """Whether the line `keep` may come; the server then runs until the user kills this program."""
    parent: int
    """The caller's process."""


class Copy(TypedDict):
    """A request to write the data folder to a file."""

    archive: str
    """The path of the new file."""
    watch: bool
    """Whether the server then still logs all statements, if it has done so before."""


class Failure(Exception):
    """There is no server. The caller gets the text, which says why."""
