"""One file of expectations from its text to its results."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.canonical.server_errors import unavailable
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases import Dsn, Server, Wish
from pytest_schemaverify.databases.providers import close_servers
from pytest_schemaverify.databases.reading import Reader, our_error
from pytest_schemaverify.databases.resource_bounds import Bounds, bound_reading
from pytest_schemaverify.errors import (
    CannotDetermine,
    DatabaseUnavailable,
    Refused,
    SchemaVerifyError,
    SpecError,
    WrongValue,
)
from pytest_schemaverify.errors.internal_errors import Once, internal
from pytest_schemaverify.kinds.contract import Spec, load, read
from pytest_schemaverify.language import Sources, position, rendered, with_matrix
from pytest_schemaverify.migrations.global_objects import shared
from pytest_schemaverify.migrations.new_files import since
from pytest_schemaverify.rehearsal import copies
from pytest_schemaverify.rehearsal.build import (
    Files,
    Recipe,
    Target,
    build,
    find_files,
    live,
    prepared_by,
    recipe,
    wish,
)
from pytest_schemaverify.rehearsal.files import BEFORE
from pytest_schemaverify.rehearsal.history import History, Rebuilt, replay, replay_on
from pytest_schemaverify.rehearsal.kept import NOT_OURS, prepared
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.blame import blamed, unexplained
from pytest_schemaverify.verification.judging import Facts, Result, of_files, run
from pytest_schemaverify.verification.plan_cache import remembered
from pytest_schemaverify.verification.planning import Planned, plan
from pytest_schemaverify.verification.severity import judged
from pytest_schemaverify.verification.stand_ins import noted


class Verification:
    """A file of expectations: what it says, the database it is about, and the results.

    Creating one reads the file and raises SpecError, or InternalError where reading it breaks; it
    starts nothing. What the file names besides is looked for when somebody asks for `fault`. The
    database is had by `prepare`, or is given as a target that another process has prepared.
    """

    def __init__(self, path: Path, name: str, config: Config, line: Line | None = None) -> None:
        self.path = path
        self.line = line or Line(lambda _: None)
        """Shows what takes long."""
        self.name = name
        """How messages call the file."""
        self.config = config
        text = _text(path, name)
        asked = (str(path), name, config.var, config.access_matrix, config.rollback)
        try:
            known = remembered(text, asked, lambda: self._planned(text))
        except Exception as error:
            raise internal(f"reading {name}", error) from None
        self.spec, self.planned, self.variables = known
        self.target: Target | SchemaVerifyError | None = None
        self.new: frozenset[Path] | None = None
        """The migration files that --schema-since leaves to be judged."""
        self.told = False
        """Whether somebody has been told how to end a server that stays."""
        self._kept = ExitStack()
        """Ends the server of a database that is kept for other runs."""
        self._servers = databases.Servers(config)
        """Ours, for a database beside one that another process has prepared or that was there."""
        self.lost: SchemaVerifyError | None = None
        """How the database went away in the middle; nobody tries again."""
        self._once = Once()
        self._results: dict[int, Result] = {}
        self._stages: dict[str, Facts] = {}
        self._readers: dict[str, Reader] = {}
        self._copies = ExitStack()
        self._copied: Connection[Any] | None = None

    def _planned(self, text: str) -> tuple[Spec, list[Planned], Sources]:
        """Return what a text says and plans. Raises SpecError."""
        config, name = self.config, self.name
        spec, positions, sources = read(text, name, folder=self.path.parent, given=config.variables)
        if config.access_matrix:
            spec = spec.model_copy(update={"access": with_matrix(spec.access)})
        return spec, plan(spec, positions, name, rollback=config.rollback), sources

    @cached_property
    def files(self) -> Files | None:
        """The migration files. Raises SpecError, or ConfigError, for one that is not there."""
        try:
            files = find_files(self.spec, self.path.parent, self.config)
        except WrongValue as error:
            raise self._placed(error) from None
        if files is not None and self.config.since:
            self.new = since(files.directory, self.config.since, self.config.called("since"))
        return files

    def _placed(self, error: WrongValue) -> SpecError:
        """Return an error of a value with its place in the file, which is read once more for it."""
        _, positions = load(
            _text(self.path, self.name), self.name,
            folder=self.path.parent, given=self.config.variables,
        )  # fmt: skip
        tried = error.tried.replace(f"{'.'.join(error.path)}: ", "")
        message = "; ".join(filter(None, (f"{tried}: {error.because}", error.remedy)))
        place = position(error.path, positions)
        return SpecError([rendered(self.name, place, error.path, message)])

    @cached_property
    def facts(self) -> Facts:
        """What the checks look at."""
        if not isinstance(self.target, Target):
            raise TypeError("the database has not been prepared")
        return Facts(
            self.spec, self.path.parent, self.target, self.files, self._reading,
            lambda: self.rebuilt, progress=self.line, new=self.new,
            copy=self._copy if self.target.server is not None else None,
            bounds=Bounds(statement=self.config.statement_limit),
            elsewhere=copies.Apart(self._alone, self._recipe) if self.files else None,
        )  # fmt: skip

    def _alone(self) -> AbstractContextManager[Server]:
        """Return a server that is started for one purpose and ends with it."""
        return databases.start(replace(self.config, keep=False), wish(self.spec))

    def _copy(self) -> Connection[Any]:
        """Return a connection to a copy of the database, for what writes.

        It is another copy where the connection to the last had to be closed, with what ran there.
        """
        assert isinstance(self.target, Target)
        what, copy = "copying the database", copies.trial(self.target, self.facts.bounds)
        if self._copied is not None and self._copied.closed:
            self._copies.close()
            self._once.forget(what)
        self._copied = self._once(what, lambda: self._copies.enter_context(copy))
        return self._copied

    @cached_property
    def fault(self) -> SchemaVerifyError | None:
        """Why the files that the file of expectations names cannot be read, if they cannot."""
        try:
            self.files  # noqa: B018 - read here, so that it is told once, not by each item
            if not self.config.dsn:
                prepared_by(self.spec, self.path.parent)
        except WrongValue as error:
            return self._placed(error)
        except Exception as error:
            return internal("reading the migration files", error)
        return None

    @cached_property
    def _of_files(self) -> Facts:
        """What checks look at that need no database."""
        nothing = Target(Dsn(""), "", (), Catalog(0, {}))
        return Facts(self.spec, self.path.parent, nothing, self.files, _nowhere, new=self.new)

    @property
    def rebuilt(self) -> Rebuilt:
        """What the files build, and which statement did what: one replay, when somebody asks.

        Raises CannotDetermine when there are no files, DatabaseUnavailable without a server.
        """
        return self._once("building a database from the files", self._rebuild)

    def _rebuild(self) -> Rebuilt:
        if self.files is None:
            raise CannotDetermine("building a database from the files", because="there are none")
        if self.files.backup is not None:
            raise CannotDetermine(
                "building from the files what the live database is compared with",
                because="they begin with a backup, and that is not in the files",
                remedy="name the files that built it under `before`",
            )
        server = self.target.server if isinstance(self.target, Target) else None
        migrations = (*self.files.before, *self.files.apply)
        with ExitStack() as stack:
            if server is None:
                server = self._servers(wish(self.spec))
            elif not server.mark and shared(migrations):  # they create roles, say: those are there
                server = stack.enter_context(self._alone())
            return replay(server, self.spec, migrations, self.path.parent)

    def _history(self) -> History | None:
        if not isinstance(self.target, Target) or self.target.server is None or self.files is None:
            return None
        try:
            if self.files.backup is None:
                return self.rebuilt.history
            return self._once("following the files from the backup on", self._since_backup)
        except DatabaseUnavailable:
            return None  # a place in the files is a help, not the result

    def _since_backup(self) -> History | None:
        """Return which statement changed what the backup has brought."""
        target, backup = self.target, self.files.backup if self.files else None
        if not isinstance(target, Target) or target.server is None or backup is None:
            return None
        migrations = [one.migration for one in target.applied]
        template = target.stages[BEFORE].database
        return replay_on(target.server, template, target.role, migrations, backup)

    def _facts(self, stage: str) -> Facts:
        """Return what the checks of a moment on the way look at, or those of the end."""
        if not stage:
            return self.facts
        if stage not in self._stages:
            dsn = self.facts.target.at(stage).dsn
            self._stages[stage] = self.facts.at(stage, lambda: self._reading(dsn))
        return self._stages[stage]

    def prepare(self, server: Callable[[Wish], Server]) -> None:
        """Have the database: `target` becomes it, or the error that says why there is none."""
        self.line.begin()
        try:
            self.target = self.fault or self._had(server)
        except WrongValue as error:
            self.target = self._placed(error)
        except Exception as error:
            doing = "connecting to" if self.config.dsn else "building"
            self.target = _why_not(error, f"{doing} the database of {self.name}")
        finally:
            self.line.end()

    def _had(self, server: Callable[[Wish], Server]) -> Target:
        return live(Dsn(self.config.dsn)) if self.config.dsn else self._built(server)

    def result(self, planned: Planned) -> Result:
        """Return the result of a check, made once, with what it counts for."""
        under = planned.under
        return judged(
            self.found(planned),
            self.config.fail_on,
            lambda: map(self.found, self._expected_at[under.expected_at]),
        )

    @cached_property
    def _expected_at(self) -> dict[tuple[str | int, ...], list[Planned]]:
        """What is under the same `xfail`, by its place."""
        found: dict[tuple[str | int, ...], list[Planned]] = {}
        for one in self.planned:
            if one.under.xfail:
                found.setdefault(one.under.expected_at, []).append(one)
        return found

    def found(self, planned: Planned) -> Result:
        """Return what a check finds, made once; whatever breaks costs this check alone.

        What looks at files alone needs no `prepare`.
        """
        known = id(planned)
        if known not in self._results:
            try:
                self._results[known] = self._found(planned)
            except Exception as error:
                problem = str(internal(f"verifying {planned.name}", error))
                self._results[known] = Result(planned, undetermined=problem)
        return self._results[known]

    def _found(self, planned: Planned) -> Result:
        if of_files(planned.check):
            return run(planned, self._of_files)
        facts = self._facts(planned.stage)
        result = run(planned, facts)
        if self.lost is not None:
            self.close()
            return Result(planned, undetermined=str(self.lost), shared="the database went away")
        try:
            return blamed(noted(result, facts.target.stand_ins), facts, self._history)
        except Exception as error:
            return unexplained(result, internal("looking for what last changed it", error))

    @property
    def stays(self) -> bool:
        """Whether there is a database that is to be left, so that somebody has to be told."""
        target = self.target
        return self.config.keep and isinstance(target, Target) and target.server is not None

    def close(self) -> None:
        """Leave the database."""
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()
        with suppress(SchemaVerifyError, psycopg.Error):  # with the server, its copies are gone
            self._copies.close()
        self._servers.stop()
        close_servers(self._kept, keep=self.told)

    def _built(self, server: Callable[[Wish], Server]) -> Target:
        """Return a new database, or one that an earlier run has kept."""
        wanted, name = self._recipe(), _database(self.path)
        files = (*wanted.files.before, *wanted.files.apply) if wanted.files else ()
        # Roles that they create are in the way of those of another file of expectations.
        its = replace(wish(self.spec), alone=self.name if shared(files) else "")
        if not self.config.cache:
            return build(server(its), wanted, name, self.line)
        kept = prepared(self.config, wanted, wish(self.spec), name, self._kept, self.line)
        if kept is not None:
            return kept
        target = build(server(its), wanted, name, self.line)
        return replace(target, notes=(*target.notes, NOT_OURS))

    def _recipe(self) -> Recipe:
        config = self.config
        return recipe(
            self.spec, self._something(), self.path.parent,
            rollback=config.rollback, costs=config.costs,
        )  # fmt: skip

    def _something(self) -> Files | None:
        if self.files is None and self.spec.database is None:
            raise DatabaseUnavailable(
                f"building a disposable database for {self.name}",
                because="the file names no migrations, so the database would be empty",
                remedy="add `migrations: {directory: …}` to the file, give --schema-migrations, "
                "or verify an existing database with --schema-dsn=…",
            )
        return self.files

    @contextmanager
    def _reading(self, dsn: str = "") -> Iterator[Reader]:
        if self.lost is not None:
            raise self.lost
        dsn = dsn or self.facts.target.dsn
        try:
            if dsn not in self._readers:
                self._readers[dsn] = self._reader(dsn)
            else:
                self._readers[dsn].begin()
            try:
                yield self._readers[dsn]
            finally:
                if not self._readers[dsn].closed:
                    self._readers[dsn].rollback()
        except (DatabaseUnavailable, Refused) as error:
            # What is told may be about another server, which this one has asked, or a copy.
            if dsn not in self._readers or self._readers[dsn].closed:
                self.lost = self.lost or error
            raise

    def _reader(self, dsn: str) -> Reader:
        server = self.facts.target.server
        if server is None:
            return databases.reader(dsn)
        return databases.reader(dsn, bound=partial(bound_reading, ours=server.is_ours))


def _why_not(error: Exception, tried: str) -> SchemaVerifyError:
    """Return why there is no database, whatever was raised instead of one."""
    told = our_error(error) if isinstance(error, psycopg.Error) else error
    return unavailable(tried, told) if isinstance(told, Refused) else internal(tried, told)


def _nowhere() -> NoReturn:
    raise CannotDetermine("asking a database", because="only files are looked at")


def _database(path: Path) -> str:
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in path.stem.lower())
    return f"schemaverify_{plain[:14]}_{os.urandom(8).hex()}"


def _text(path: Path, name: str) -> str:
    try:
        return paths.content(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SpecError([f"{name}:{line}:1: this is not UTF-8: {error.reason}"]) from None
    except OSError as error:
        raise SpecError([f"{name}:1:1: {error.strerror}"]) from None
