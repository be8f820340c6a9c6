"""The facts for the checks of one file."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg import sql

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.databases.bounds import BOUNDS, Bounds
from pytest_schemaverify.databases.reading import Reader, Rows
from pytest_schemaverify.errors.internal_errors import Once
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.lookup import find as find_object
from pytest_schemaverify.kinds.lookup import matching
from pytest_schemaverify.rehearsal.progress import Progress, quiet
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.verification.planning import Planned

from .allowed_functions import AllowedOnServer

if TYPE_CHECKING:  # comparisons do not wait for what builds and copies databases
    from psycopg import Connection

    from pytest_schemaverify.kinds.contract import Spec
    from pytest_schemaverify.rehearsal.apart import Apart
    from pytest_schemaverify.rehearsal.cost import Cost
    from pytest_schemaverify.rehearsal.files import Files
    from pytest_schemaverify.rehearsal.replay import Rebuilt
    from pytest_schemaverify.verification.vetting import Vet

MOST = 10_000
"""Rows of one query that are looked at: more would say nothing new and fill the memory."""
VETTING = "looking for functions that may leave something behind"


# An empty search_path has no item that could stand behind the comma; "$user" stands for it, which
# is no schema unless there is one of that name.
SEARCH_PATH = """
        pg_catalog.set_config(
            'search_path',
            pg_catalog.concat(
                $1::pg_catalog.text, ', ',
                coalesce(
                    pg_catalog.substring(pg_catalog.current_setting('search_path'), '.+'),
                    '"$user"'
                )
            ),
            true
        )
"""
"""An expression that puts the file's schema in front of the search_path of the database."""
_READING = f"""
    select
        pg_catalog.set_config('transaction_read_only', 'on', true),
        pg_catalog.set_config('row_security', 'off', true),
        -- Vetting reads a text in this way. If the server did not, a quote could hide a call.
        pg_catalog.set_config('standard_conforming_strings', 'on', true),
        {SEARCH_PATH}
"""


@dataclass(slots=True)
class Facts:
    """The facts for the checks of one file, found when they are asked for."""

    spec: "Spec"
    folder: Path
    target: Target
    files: "Files | None"
    reading: Callable[[], AbstractContextManager[Reader]]
    """Yields a reader inside a read-only transaction."""
    rebuilt: "Callable[[], Rebuilt] | None" = None
    """Returns the database that the files build, also beside a live target."""
    today: date = field(default_factory=date.today)
    server: Canonical = field(init=False)
    allowed: AllowedOnServer = field(init=False)
    """The functions that the file answers for."""
    progress: Progress = quiet
    """Gets a line about each step that takes long."""
    new: frozenset[Path] | None = None
    """The migration files to be judged; None for all."""
    copy: "Callable[[], Connection[Any]] | None" = None
    """Returns the connection to a copy of the database that may be written to."""
    bounds: Bounds = BOUNDS
    """Bounds for statements that are tried on copies."""
    elsewhere: "Apart | None" = None
    """The way to build a database on a server of its own; None without migrations."""
    fixing: bool = True
    """Whether the fixes of findings are tried; it takes time, and matters to a reader only."""
    once: Once = field(default_factory=Once, init=False)
    """Makes what many checks look at, when the first of them asks."""
    _rows: dict[int, Row | None] = field(default_factory=dict, init=False)
    _objects: dict[int, list[Subject]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.server = Canonical(self.reading, self.schema, self._planning)
        entries = self.spec.allow_functions
        self.allowed = AllowedOnServer(entries, self.today, self.server, lambda: self.session(""))

    @property
    def vet(self) -> "Vet":
        """Refuses texts that may leave something behind; asked before a text is run on a live one.

        It looks through the functions of the database once.
        """
        from pytest_schemaverify.verification.vetting import Vet  # most checks run no text

        return self.once(VETTING, lambda: Vet(lambda: self.session(""), self.allowed.in_force))

    @property
    def live(self) -> bool:
        """Whether the database was there before, so that nothing may be left behind in it."""
        return self.target.server is None

    def _planning(self, text: str, written: str) -> None:
        """Refuse a text that is dangerous to plan, on a live database."""
        if self.live:
            self.vet.statement(text, written, planned=True)

    def at(self, stage: str, reading: Callable[[str], AbstractContextManager[Reader]]) -> "Facts":
        """Return the facts for checks of a moment on the way; `reading` takes its DSN."""
        stages = self.spec.migrations and self.spec.migrations.at
        entry = dict(stages.items())[stage] if stages else None
        spec = self.spec.model_copy(update={"schemas": entry and entry.schemas})
        target = self.target.at(stage)
        return replace(self, spec=spec, target=target, reading=partial(reading, target.dsn))

    @property
    def schema(self) -> str:
        """The schema of names that have none."""
        return self.spec.defaults.schema_

    @property
    def platform(self) -> str:
        """The platform that the file names; `postgres` where it names none."""
        return self.spec.database.platform.name if self.spec.database else "postgres"

    @property
    def clients(self) -> list[str]:
        """The roles that clients come as, whether or not the server has them."""
        return self.spec.defaults.clients

    @property
    def catalog(self) -> Catalog:
        """The snapshot of the target."""
        return self.target.catalog

    @property
    def apart(self) -> "Apart":
        """The way to build a database on a server of its own. Raises TypeError without one."""
        if self.elsewhere is None:
            raise TypeError("there are no migrations to build a database with")
        return self.elsewhere

    def measured(self) -> "Cost":
        """Return the cost of the migrations. The first call runs them once more to measure it."""
        from pytest_schemaverify.rehearsal import copies

        self.progress("measuring what the migrations cost", 0, 0)
        return self.once(
            "measuring what the migrations cost", lambda: copies.cost(self.target, self.apart)
        )

    def objects(self, subject: Subject) -> list[Subject]:
        """Return the objects that a subject stands for: itself, or those that a pattern matches."""
        if not subject.wild:
            return [subject]
        known = id(subject)
        if known not in self._objects:
            parents = self.objects(subject.parent) if subject.parent is not None else [None]
            self._objects[known] = [
                one for parent in parents for one in matching(self.catalog, subject, parent)
            ]
        return self._objects[known]

    def row(self, subject: Subject) -> Row | None:
        """Return the row of an object, found once for all its checks."""
        known = id(subject)  # the plan shares one subject among the checks of an object
        if known not in self._rows:
            self._rows[known] = find_object(self.catalog, subject, self.server)
        return self._rows[known]

    def scope(self, schemas: list[str] | None = None) -> frozenset[str]:
        """Return the schemas that rules are about."""
        declared = self.spec.schemas.items() if self.spec.schemas else ()
        own = [yaml_names.single(name) for name, schema in declared if not schema.absent]
        return frozenset(schemas or [self.schema, *own])

    @contextmanager
    def session(self, text: str, *, planned: bool = False) -> Iterator[Reader]:
        """Yield a reader that queries the database the way a project would.

        `text` is the statement of the file that is going to run, "" for none: on a live database
        it is refused when it calls a function that may leave something behind. Row-level security
        that would hide rows is an error, not an empty answer. Names without a schema are looked up
        in the file's schema first, then as the database does.
        """
        if text and self.live:
            self.vet.statement(text, planned=planned)
        with self.reading() as reader:
            reader.row(_READING, sql.Identifier(self.schema).as_string(None))
            yield reader

    def query(self, statement: sql.SQL | sql.Composed) -> Rows:
        """Return the rows of one statement in such a session, `MOST` of them."""
        with self.session(statement.as_string(None)) as reader:
            return reader.asked(statement, MOST)


Fact = Callable[[Planned, Facts], Any]


def subject_of(planned: Planned) -> Subject:
    """Return the object that the entry names."""
    if planned.subject is None:
        raise TypeError(f"{planned.check} looks at an object, and its entry names none")
    return planned.subject
