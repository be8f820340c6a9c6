"""No text of a file does anything to somebody's database, wherever it stands.

Every text field of the language, as the JSON Schema has it, gets each of the texts of
`tests/hostile/harm.py`; the user of the DSN is a superuser, who could do most.
"""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.rehearsal.target import Target, live
from pytest_schemaverify.reports.failure import failure
from pytest_schemaverify.settings.config import Config
from tests.hostile.files import File, Walk
from tests.hostile.harm import FOLDER, HARMS, changed, prepared, run, settled, state
from tests.hostile.places import Place, places

LEAST = 1_100
"""Places that there have to be, and that have to take each text; the language has more."""
ON_THE_WAY = ("migrations", "at")
"""Where all is expected once more, of a disposable database: with a DSN that is skipped."""
ANSWERED_FOR = ("allow_functions",)
"""Where a file says what may run: with `pg_reload_conf()` as a key, it does."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody's database, what it is like, and who looks at it from the side."""

    target: Target
    observer: Connection[Any]
    folder: Path
    before: dict[str, Any]
    quick: dict[str, Any]


@contextlib.contextmanager
def folder_for_everybody() -> Iterator[Path]:
    """Yield a folder that the user of a server can write into, whoever that is."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


@pytest.fixture(scope="module")
def copies() -> Iterator[Server]:
    """A server on which something may happen."""
    with databases.start(Config()) as server:
        yield server


@pytest.fixture(scope="module")
def somebody() -> Iterator[Somebody]:
    """A server of somebody's own, on which nothing may."""
    with folder_for_everybody() as folder, databases.start(Config()) as server:
        dsn = prepared(server, "somebodys", folder)
        target = live(dsn)
        with (
            contextlib.closing(psycopg.connect(dsn, application_name="bystander")),
            contextlib.closing(psycopg.connect(dsn, autocommit=True)) as observer,
        ):
            alone = {"sessions": [("bystander",)]}
            assert "sessions" not in settled(observer, folder, alone)
            before, quick = (state(observer, folder, quick=quick) for quick in (False, True))
            yield Somebody(target, observer, folder, before, quick)


def verified(file: File, target: Target) -> int:
    """Verify everything in a file, and return how many expectations were not skipped."""
    file.verification.database.target = target
    looked = 0
    for planned in file.verification.contract.planned:
        try:
            result = file.verification.results.of(planned)
        except SchemaVerifyError:  # what reads files, where a text names some that are not there
            continue
        failure(result)
        looked += not result.skipped
    return looked


def test_the_language_has_that_many_places() -> None:
    assert len(places()) >= LEAST
    assert len(HARMS) >= 20
    print(f"{len(places())} places in {len({place.path[0] for place in places()})} sections")


@pytest.mark.parametrize("name", HARMS)
def test_no_text_does_any_harm(
    name: str, somebody: Somebody, copies: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/001_one.sql").write_text("select 1;", encoding="utf-8")
    observer, folder = somebody.observer, somebody.folder
    walk = Walk(
        HARMS[name].text.replace(FOLDER, str(folder)),
        tmp_path,
        Config(dsn=somebody.target.dsn, server=copies.dsn),
    )
    taken = looked = 0
    tried = (one for one in places() if one.path[:2] != ON_THE_WAY and one.path[:1] != ANSWERED_FOR)
    for file in walk.files(tried):
        looked += verified(file, somebody.target)
        taken += len(file.taken)
        held = changed(somebody.quick, state(observer, folder, quick=True))
        file.verification.database.close()
        assert not held, _shown(file.taken)
    assert settled(observer, folder, somebody.before) == {}
    print(f"{name}: in {taken} places, refused in {len(walk.refused)}; {looked} were looked at")
    assert taken >= LEAST


def _shown(taken: list[Place]) -> str:
    return f"changed by a text at one of {len(taken)} places: {', '.join(map(str, taken[:40]))}"


@pytest.fixture(scope="module")
def harmed(copies: Server) -> Iterator[tuple[Dsn, Path]]:
    """A database on which harm is done, and its folder."""
    with folder_for_everybody() as folder:
        yield prepared(copies, "harmed", folder), folder


@pytest.mark.parametrize("name", HARMS)
def test_each_text_does_harm_where_it_is_run(name: str, harmed: tuple[Dsn, Path]) -> None:
    dsn, folder = harmed
    with contextlib.ExitStack() as stack:
        observer, one, _bystander = (
            stack.enter_context(
                contextlib.closing(psycopg.connect(dsn, autocommit=True, application_name=name))
            )
            for name in ("observer", "one", "bystander")
        )
        observer.execute("select pg_drop_replication_slot(slot_name) from pg_replication_slots")
        before = state(observer, folder)
        run(one, HARMS[name], folder)
        end = time.monotonic() + 9  # a server reads its files again when it comes to it
        while not changed(before, state(observer, folder)) and time.monotonic() < end:
            time.sleep(0.02)
        assert changed(before, state(observer, folder))
