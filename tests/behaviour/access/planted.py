"""Holes that are planted one by one into schemas of tests/data/access, and which way finds each.

`python -m tests.behaviour.access.planted [SCHEMA …] [-k WORDS] [-v]` prints what is missed, what is
told falsely, and the rates; `--write` keeps in tests/data/access/found.yaml which ways have found
what, as the tests then require it.
"""

import argparse
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import yaml
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.findings import lasting
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal import copies
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.failure import failure
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.planning.expectations import plan
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

FOLDER = Path(__file__).parents[2] / "data/access"
FOUND = FOLDER / "found.yaml"
WAYS = ("isolate", "rules", "matrix", "spelled out")
HYGIENE = (
    "auth_called_once", "primary_key", "foreign_keys_indexed", "function_bodies",
    "one_vector_dimension", "foreign_key_types", "constraints_validated", "keys_have_room",
    "no_duplicate_indexes", "indexes_valid", "no_leftover_indexes", "no_unlogged_tables",
    "no_credentials", "no_conflicting_definitions", "no_dangling_references",
    "one_permissive_policy", "no_extensions_in_public",
)  # fmt: skip
"""Rules of the preset that say nothing about access, and so would find a hole by accident."""
RULES = {"preset": "supabase", **dict.fromkeys(HYGIENE, False)}
UNTOLD = re.compile(r"\bnot tried\b|\bcannot tell\b")
"""What says that somebody could not look; it finds no hole."""


@dataclass(frozen=True)
class Change:
    """A change of a schema: a hole, or something harmless."""

    name: str
    sql: str
    about: tuple[str, ...] = ()
    """Names of which a failure that finds the hole has one."""
    expectations: Mapping[str, Any] = field(default_factory=dict)
    """What the file says besides, where the change needs it."""

    @classmethod
    def written(cls, name: str, entry: Any) -> "Change":
        """Return a change as the data has it; a text is its SQL."""
        entry = {"sql": entry} if isinstance(entry, str) else dict(entry)
        about = entry.pop("about", ())
        return cls(name, about=(about,) if isinstance(about, str) else tuple(about), **entry)


@dataclass(frozen=True)
class Said:
    """One thing that was said."""

    way: str
    lasting: tuple[str, ...]
    """What is the same when it is said again."""
    where: str
    """What it is about."""
    text: str

    def finds(self, hole: Change) -> bool:
        """Return whether it is about the hole, and not that somebody could not look."""
        names = "|".join(map(re.escape, hole.about))
        named = re.search(rf"(?<!\w)(?:{names})(?!\w)", self.where) is not None
        return named and not UNTOLD.search(self.text)


def ways(said: Iterable[Said], hole: Change) -> list[str]:
    """Return the ways that have found a hole."""
    found = {one.way for one in said if one.finds(hole)}
    return [way for way in WAYS if way in found]


@dataclass(frozen=True)
class Planting:
    """A schema, its expectations, and the changes of it."""

    name: str

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the file of the schema says."""
        text = (FOLDER / f"{self.name}.yaml").read_text(encoding="utf-8")
        return yaml.safe_load(text)  # type: ignore[no-any-return]

    @cached_property
    def holes(self) -> list[Change]:
        """Changes of which something has to be said."""
        return [Change.written(*entry) for entry in self.data["holes"].items()]

    @cached_property
    def harmless(self) -> list[Change]:
        """Changes of which nothing may be said."""
        return [Change.written(*entry) for entry in self.data["harmless"].items()]


PLANTINGS = [Planting(path.stem) for path in sorted(FOLDER.glob("*.sql"))]
AS_IT_IS = Change("as it is", "select 1")


@dataclass
class Field:
    """A schema in a database, in which changes are made and undone again."""

    planting: Planting
    connection: Connection[Any]
    target: Target
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(WAYS, 0.0))

    @cached_property
    def before(self) -> list[Said]:
        """What is said of the schema as it is: nothing, where everything is right."""
        return self.said(AS_IT_IS)

    def new(self, change: Change, by: Collection[str] = WAYS) -> list[Said]:
        """Return what is said of the schema with a change, and is not said without."""
        known = {one.lasting for one in self.before}
        return [one for one in self.said(change, by) if one.lasting not in known]

    def said(self, change: Change, by: Collection[str] = WAYS) -> list[Said]:
        """Return all that some ways say of the schema with a change."""
        usual = merged({"rules": RULES}, self.planting.data["expectations"])
        text = yaml.safe_dump(merged(usual, change.expectations))
        spec, positions = load(text, "expectations.yaml")
        found: list[Said] = []
        with self.connection.transaction(force_rollback=True), self._one_copy():
            self.connection.execute(change.sql.encode())
            changed = replace(self.target, catalog=read(self.connection))
            facts = Facts(
                spec, Path(), changed, None, self._reading, copy=lambda: self.connection,
                fixing=False,
            )  # fmt: skip
            for one in plan(spec, positions, "expectations.yaml"):
                if way_of(one) in by:
                    found += self._timed(one, facts)
        return found

    def _timed(self, planned: Planned, facts: Facts) -> list[Said]:
        start = time.perf_counter()
        found = list(told(run(planned, facts)))
        self.seconds[way_of(planned)] += time.perf_counter() - start
        return found

    @contextmanager
    def _reading(self) -> Iterator[Reader]:
        with Reader(self.connection).undone() as reader:
            yield reader

    @contextmanager
    def _one_copy(self) -> Iterator[None]:
        """Let whoever asks for a copy have this connection, which sees the change."""

        @contextmanager
        def writable(_: Target) -> Iterator[Connection[Any]]:
            with self.connection.transaction(force_rollback=True):
                yield self.connection

        with patch.object(copies, "writable", writable):
            yield


def way_of(planned: Planned) -> str:
    """Return by which of the four ways an item looks; "" where it looks for something else."""
    patterns = {
        "isolate": r"access::isolate",
        "rules": r"rules\b",
        "matrix": r"access::|access\.matrix",
        "spelled out": r"access\.(tables|views|functions)",
    }
    return next((way for way, text in patterns.items() if re.match(text, planned.name)), "")


def told(result: Result) -> Iterator[Said]:
    """Yield what a result says, each thing by itself."""
    way, name = way_of(result.planned), result.planned.name
    for one in result.findings:
        sides = [one.identity] if one.identity else [lasting(one.expected), lasting(one.actual)]
        where, text = (
            f"{name} {one.subject} {one.actual}",
            failure(replace(result, findings=(one,))),
        )
        yield Said(way, (name, one.subject, *sides), where, text)
    if result.undetermined:
        text = f"{name}: cannot tell: {result.undetermined}"
        yield Said(way, (name, lasting(result.undetermined)), name, text)


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return two mappings as one; what the second says counts, and deeper mappings are merged."""
    both = {
        key: merged(first[key], value)
        if isinstance(value, Mapping) and isinstance(first.get(key), Mapping)
        else value
        for key, value in second.items()
    }
    return {**first, **both}


@contextmanager
def sown(server: Server, planting: Planting) -> Iterator[Field]:
    """Yield a schema in a database of its own, built as a user's migrations are."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / "migrations").mkdir()
        migration = (FOLDER / f"{planting.name}.sql").read_text(encoding="utf-8")
        (folder / "migrations/001_schema.sql").write_text(migration, encoding="utf-8")
        database = planting.data["expectations"]["database"]
        text = yaml.safe_dump({"database": database, "migrations": {"directory": "migrations"}})
        (folder / "expectations.yaml").write_text(text, encoding="utf-8")
        verification = Verification(folder / "expectations.yaml", "expectations.yaml", Config())
        verification.database.prepare(lambda *_: server)
        target = verification.database.target
        if not isinstance(target, Target) or target.failure:
            raise AssertionError(target.failure if isinstance(target, Target) else target)
        with copies.writable(target) as connection:
            yield Field(planting, connection, target)


def kept() -> dict[str, Any]:
    """Return what found.yaml says of each schema."""
    if not FOUND.exists():
        return {}
    return yaml.safe_load(FOUND.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def rates(found: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """Return which part of the holes each way finds, and something does, with it in words."""
    every = [ways for one in found.values() for ways in one["found"].values()]
    counts = {way: sum(way in one for one in every) for way in WAYS}
    counts["by something"] = sum(map(bool, every))
    of = max(len(every), 1)
    return {way: (n / of, f"{way}: {n} of {of}, {n / of:.1%}") for way, n in counts.items()}


HEADER = """\
# Which ways find each hole in the schemas of this folder, and what is told falsely. Written by
# `python -m tests.behaviour.access.planted --write`; the tests require that it does not get worse.
"""


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("schemas", nargs="*")
    parser.add_argument("-k", default="", help="only changes whose name has these words")
    parser.add_argument("-v", action="store_true", help="print all that is said")
    parser.add_argument("--ways", type=lambda text: text.split(","), default=WAYS)
    parser.add_argument("--missed", action="store_true", help="only what is not right yet")
    parser.add_argument("--write", action="store_true", help=f"keep it in {FOUND.name}")
    options = parser.parse_args()
    found = kept()
    with databases.start(Config()) as server:
        for planting in PLANTINGS:
            if not options.schemas or planting.name in options.schemas:
                with sown(server, planting) as here:
                    one = found.setdefault(planting.name, {"found": {}, "told falsely": {}})
                    _measure(here, options, one)
    print(*(words for _, words in rates(found).values()), sep="\n")
    print("told falsely:", sum(len(one["told falsely"]) for one in found.values()))
    if options.write:
        text = yaml.safe_dump(found, width=200, sort_keys=False, allow_unicode=True)
        FOUND.write_text(HEADER + text, encoding="utf-8")


def _chosen(
    planting: Planting, options: argparse.Namespace, one: Mapping[str, Any]
) -> Iterator[Change]:
    """Yield the changes that are to be measured."""
    for change in [AS_IT_IS, *planting.holes, *planting.harmless]:
        right = one["found"].get(change.name) or (
            change not in planting.holes and change.name not in one["told falsely"]
        )
        if options.k in change.name and not (options.missed and right):
            yield change


def _measure(here: Field, options: argparse.Namespace, one: dict[str, Any]) -> None:
    """Measure a schema: put what comes of it into what is known of it, and print it."""
    name, start = here.planting.name, time.perf_counter()
    for change in _chosen(here.planting, options, one):
        is_hole = change in here.planting.holes
        said = here.before if change == AS_IT_IS else here.new(change, options.ways)
        new = [thing for thing in said if thing.way in options.ways]
        found = ways(new, change) if is_hole else sorted({thing.way for thing in new})
        section = one["found" if is_hole else "told falsely"]
        before = [way for way in section.get(change.name, []) if way not in options.ways]
        section[change.name] = [way for way in WAYS if way in (*before, *found)]
        right = bool(found) == is_hole
        words = ", ".join(found) + ("" if is_hole else " harmless")
        print(f"{'✓' if right else '✗'} {name} | {change.name} | {words}", flush=True)
        if options.v or not right:
            print(*(f"{thing.way}: {thing.text}" for thing in new), sep="\n")
    # What has another name now, or is gone, is not kept.
    one["found"] = {hole.name: one["found"].get(hole.name, []) for hole in here.planting.holes}
    harmless = [AS_IT_IS, *here.planting.harmless]
    one["told falsely"] = {
        change.name: one["told falsely"][change.name]
        for change in harmless
        if one["told falsely"].get(change.name)
    }
    spent = {way: round(seconds, 1) for way, seconds in here.seconds.items()}
    print(f"{name}: {time.perf_counter() - start:.0f} s", spent)


if __name__ == "__main__":
    _main()
