"""Read the cases out of a check's page, run them, and write what they show.

`python -m tests.pages pytest_schemaverify/kinds/columns/type.md …` fills empty `text` blocks with
what is found, for an author to read and to judge; a block that is not empty is never changed.
"""

import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.language.kept import packed
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.failure import failure
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.planning.expectations import plan
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

VERSION = re.compile(r" \{pg (>=|<) (\d+)\}$")
"""What ends the title of a case that holds for some versions of PostgreSQL only."""

VECTOR = re.compile(r"\b(vector|halfvec|sparsevec|vectors)\b")
"""What shows that a case uses pgvector."""

EXTENSION = re.compile(r'create extension (?:if not exists )?"?([\w-]+)')

BLOCK = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Case:
    """A section of a page: what is there, what is expected, what is said."""

    title: str
    sql: str = ""
    yaml: str = ""
    text: str = ""
    files: dict[str, str] = field(default_factory=dict)
    """Migration files of the case, by path: blocks like ```sql migrations/001_users.sql."""

    @property
    def of_versions(self) -> bool:
        """Whether the case is only for some versions of PostgreSQL."""
        return VERSION.search(self.title) is not None

    def unfit(self, server_version: int) -> str:
        """Return why the case is not for a version of PostgreSQL, '' if it is."""
        marked = VERSION.search(self.title)
        major = server_version // 10000
        if marked and (major >= int(marked[2])) != (marked[1] == ">="):
            return f"for PostgreSQL {marked[1]} {marked[2]}; this is {major}"
        return ""

    def extensions(self) -> set[str]:
        """Return the extensions that the case needs."""
        texts = (self.sql, self.yaml, self.text, *self.files.values())
        needed = {name for text in texts for name in EXTENSION.findall(text)}
        return needed | ({"vector"} if any(VECTOR.search(text) for text in texts) else set())


def cases(page: Path) -> Iterator[Case]:
    """Yield the cases of a page in order."""
    _, *sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for section in sections:
        title, _, body = section.partition("\n")
        blocks = BLOCK.findall(body)
        if blocks:
            yield Case(
                title=title,
                files={path: text for _, path, text in blocks if path},
                **{kind: text for kind, path, text in blocks if not path},
            )


def results(case: Case, connection: Connection[Any], server: Server) -> list[Result]:
    """Return the results of a case.

    Without files it runs on the connection, inside a transaction that is rolled back; with
    migration files a disposable database is built from them, as for a user.
    """
    if case.files:
        return built(case, server)
    connection.execute(case.sql.encode())
    planned, facts = prepared(case.yaml, connection)
    return [run(one, facts) for one in planned]


def prepared(
    text: str, connection: Connection[Any], copy: Callable[[], Connection[Any]] | None = None
) -> tuple[list[Planned], Facts]:
    """Return what a file of expectations plans, and the database of a connection to ask for it."""

    @contextmanager
    def reading() -> Iterator[Reader]:
        with Reader(connection).undone() as reader:
            yield reader

    read_anew, positions = load(text, "expectations.yaml")
    planned = plan(read_anew, positions, "expectations.yaml")
    # As runs have them: read back from what was kept.
    spec, planned = pickle.loads(packed((read_anew, planned)))
    target = Target(Dsn(""), "", (), read(connection))
    facts = Facts(spec, Path(), target, None, reading, copy=copy)
    return planned, facts


def built(case: Case, server: Server) -> list[Result]:
    """Return the results of a case with files, on the database that is built from them."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for path, text in {**case.files, "expectations.yaml": case.yaml}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        config = Config(dsn=_live(case.sql, server)) if case.sql else Config()
        verification = Verification(folder / "expectations.yaml", "expectations.yaml", config)
        verification.database.prepare(lambda _: server)
        if isinstance(verification.database.target, Exception):
            raise verification.database.target
        found = [verification.results.of(one) for one in verification.contract.planned]
        verification.database.close()
    return [_placeless(result, folder) for result in found]


def _live(text: str, server: Server) -> str:
    """Return the DSN of a database that some SQL was run in, for a case that has files as well."""
    name = f"live_{os.urandom(4).hex()}"
    dsn = databases.create(server, name=name, platform="postgres", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute(text.encode())
    return dsn


def _placeless(result: Result, folder: Path) -> Result:
    """Return the result as it reads in the folder of the project, wherever that is."""
    here = os.path.relpath(folder)

    def plain(text: str) -> str:
        return text.replace(f"{here}/", "").replace(f"{folder}/", "")

    findings = tuple(
        replace(
            finding,
            expected=plain(finding.expected),
            actual=plain(finding.actual),
            place=plain(finding.place),
            changed=plain(finding.changed),
        )
        for finding in result.findings
    )
    return replace(result, findings=findings, undetermined=plain(result.undetermined))


def told(results: list[Result]) -> str:
    """Return what a user reads about the results: each finding; "" where everything is right."""
    return "\n".join(failure(r) for r in results if r.findings or r.undetermined)


def shown(results: list[Result]) -> str:
    """Return the same for a page: `ok` where everything is right."""
    return (told(results) or "ok") + "\n"


def _filled(page: Path, connection: Connection[Any], server: Server) -> str:
    text = page.read_text(encoding="utf-8")
    for case in cases(page):
        if not case.text.strip():
            with connection.transaction(force_rollback=True):
                if case.unfit(connection.info.server_version):
                    continue
                found = shown(results(case, connection, server))
            start = text.index("```text\n```", text.index(f"## {case.title}\n"))
            text = text[:start] + f"```text\n{found}```" + text[start + len("```text\n```") :]
    return text


if __name__ == "__main__":
    with databases.start(Config()) as own:
        like = databases.create(
            own, name="pages", platform="supabase", extensions={"vector": "extensions"}
        )
        with databases.connect(like.dsn) as one:
            for argument in sys.argv[1:]:
                filled = _filled(Path(argument), one, own)
                Path(argument).write_text(filled, encoding="utf-8")
