"""Tries an input, and says what happened that must never happen."""

import re
import traceback
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.errors import SchemaVerifyError, SpecError
from pytest_schemaverify.rehearsal.target import Target, completed, live
from pytest_schemaverify.reports.failure import failure
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.sql.split import split
from pytest_schemaverify.verification.judging import of_files
from pytest_schemaverify.verification.planning.families import asked
from pytest_schemaverify.verification.verification import Verification

from .inputs import SECRET, Input

RULES = """\
migrations:
  directory: folder
  versions: {unique: true, ordered: true, same_width: true, distinct: true, pattern: '^\\d+_\\w+'}
rules:
  no_rollbacks: true
  no_conflicting_definitions: true
  no_credentials: true
  no_dangling_references: true
  no_destructive_statements: true
  no_blocking_statements: true
  no_leftover_indexes: true
  one_vector_dimension: true
  rls_on_created_tables: true
"""
"""Everything that is said of migration files without a database."""

_PLACED = re.compile(r".+?:\d+:\d+: \S", re.DOTALL)
_INTERNAL = re.compile(
    r"internal error|Traceback|object at 0x|'NoneType'|'(?:str|dict|list|int|tuple|Matcher)' object"
    r"|unhashable type|not supported between instances|index out of range|zip\(\) argument"
    r"|missing \d+ required positional"
)
"""Python's own messages, with which a user cannot do anything."""


def problem(tried: Input, dsn: str = "") -> str:
    """Return what went wrong, "" if all went as it should.

    With the DSN of a database, what a file expects of one is verified there.
    """
    try:
        with TemporaryDirectory() as name:
            return next(_tried(tried, Path(name).resolve(), dsn), "")
    except Exception:  # any exception is a problem
        return traceback.format_exc()


def _tried(tried: Input, folder: Path, dsn: str) -> Iterator[str]:
    if tried.kind == "dsn":
        return _dsn(tried.dsn)
    if tried.kind == "migrations":
        return _migrations(tried, folder)
    _written(tried, folder)
    return _verified(folder, dsn)


def _migrations(tried: Input, folder: Path) -> Iterator[str]:
    _written(tried, folder / "folder")
    (folder / "expectations.yaml").write_text(RULES, encoding="utf-8")
    for data in tried.files.values():
        text = data.decode(errors="replace")
        pieces = split(text)
        if any(piece.start >= piece.end for piece in pieces):
            yield f"an empty statement in {pieces}"
        if any(one.end > two.start for one, two in pairwise(pieces)):
            yield f"statements overlap in {pieces}"
    yield from _verified(folder)


def _written(tried: Input, folder: Path) -> None:
    for name, data in tried.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _verified(folder: Path, dsn: str = "") -> Iterator[str]:
    """Yield what is wrong with how a file is read, and with what is said of what it expects."""
    try:
        one = Verification(folder / "expectations.yaml", "expectations.yaml", Config(dsn=dsn))
    except SpecError as error:
        for told in error.problems:
            if not _PLACED.match(told):
                yield f"a problem without a place: {told}"
            yield from _readable(told)
        return
    if dsn:
        one.database.target = completed(_target(dsn), asked(one.contract.planned))
    for planned in one.contract.planned:
        if of_files(planned.check) or (dsn and planned.check != "migrations.deployed"):
            try:
                result = one.results.of(planned)
            except SchemaVerifyError as error:
                yield from _readable(str(error))
            else:
                yield from _readable(failure(result))
    one.database.close()


@cache
def _target(dsn: str) -> Target:
    """Return a database that nobody changes meanwhile; its catalog is read once."""
    return live(Dsn(dsn))


def _dsn(text: str) -> Iterator[str]:
    told = [repr(Dsn(text)), databases.redacted(text)]
    if _harmless(text):
        try:
            databases.connect(text).close()
        except SchemaVerifyError as error:
            told.append(str(error))
    for one in told:
        if SECRET in one:
            yield f"the password is shown: {one}"
        yield from _readable(one)


def _harmless(dsn: str) -> bool:
    """Return whether connecting asks nobody outside of this machine, a name server included."""
    try:
        hosts = str(conninfo.conninfo_to_dict(dsn).get("host") or "/").split(",")
    except Exception:
        return True
    return all(host in ("127.0.0.1", "::1") or host.startswith("/") for host in hosts)


def _readable(text: str) -> Iterator[str]:
    if found := _INTERNAL.search(text):
        yield f"a message that is Python's: {text[max(0, found.start() - 300) :][:900]}"
