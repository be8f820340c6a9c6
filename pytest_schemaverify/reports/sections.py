"""What a report shows besides expectations, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one role gets in one table with one command."""

    table: str
    role: str
    command: str
    computed: str
    """What grants and policies say: refused, nothing, some or all."""
    reason: str
    """Why they say it."""
    seen: str
    """What came of trying: refused, nothing, own, some, all, or error; "" if it was not tried."""
    agrees: bool
    """Whether that is what was computed."""
    untried: str = ""
    """Why it was not tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """How much a file says of the objects of a kind, or of all."""

    percent: int
    """Rounded down, with double weight for what is about security."""
    said: int
    there: int
    levels: Mapping[str, int]
    """Numbers of objects of which nothing, the name, the attributes or everything is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLock:
    """A lock on a table, from the statement that took it to the end of its transaction."""

    file: str
    table: str
    mode: str
    """As SQL says it: `access exclusive`."""
    place: str
    """Of the statement: `file:line:column`."""
    since: float
    """Seconds from the beginning of the first file."""
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What the migrations cost when they are run on what was there before."""

    files: Mapping[str, float]
    """Seconds that each took, in their order."""
    locks: tuple[HeldLock, ...] = ()
    rewrites: Mapping[str, str] = field(default_factory=dict)
    """Place of the statement that rewrote a table, by table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """How many of the true nearest vectors a search with an index finds."""

    k: int
    """So many are looked for."""
    at_least: float
    """The share that the file expects."""
    shares: tuple[float, ...]
    """The share that each query found."""
    index: str
    vectors: int
    generated: bool
    """Whether the vectors were made up for it."""
    searched_with: str
    """The setting in force: `hnsw.ef_search = 40`."""
