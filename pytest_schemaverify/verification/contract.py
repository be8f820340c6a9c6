"""A file of expectations: its content, the checks that it plans, the files that it names."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_schemaverify.errors import DatabaseUnavailable, SchemaVerifyError, SpecError, WrongValue
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.garbage_collection import uncollected
from pytest_schemaverify.verification import plan_cache
from pytest_schemaverify.verification.plan_cache import Plan
from pytest_schemaverify.verification.planning import Planned

if TYPE_CHECKING:
    from pytest_schemaverify.rehearsal.files import Files
    from pytest_schemaverify.rehearsal.recipe import Recipe


class Contract:
    """A file of expectations: what it says and plans, and the files that it names.

    Creating one reads the file and raises SpecError, or InternalError where reading it breaks; it
    starts nothing. A `text` is taken instead of the file's, which need not be there yet, and
    `texts` instead of those of included files. Its plan is kept for the next run. Reading `fault`
    looks for the other files that it names.
    """

    def __init__(
        self, path: Path, name: str, config: Config, folders: Folders | None = None,
        text: str | None = None, texts: Mapping[Path, str] | None = None,
    ) -> None:  # fmt: skip
        self.path = path
        self.name = name
        """The name of the file in messages."""
        self.config = config
        self._folders = folders
        """The folders that this run has listed; None where it lists them for this file alone."""
        self._given_text = text
        self._given_texts = texts or {}
        text = self.text()
        try:
            known = self._plan(text)
        except Exception as error:
            raise internal(f"reading {name}", error) from None
        self.spec = known.spec
        self.planned: list[Planned] = known.planned
        self.variables = known.variables
        """Names of the variables that it declares or uses."""

    def text(self) -> str:
        """Return the text that it consists of. Raises SpecError for a file that is not there."""
        if self._given_text is not None:
            return self._given_text
        return _file_text(self.path, self.name)

    def _plan(self, text: str) -> Plan:
        """Return the content and plan of the file, from an earlier run if nothing has changed."""
        config = self.config
        asked = (str(self.path), self.name, config.var, config.access_matrix, config.rollback)
        file = None if self._given_texts else plan_cache.place(text, asked)
        # Reading back a plan makes many objects at once, none of which is garbage.
        with uncollected():
            return (file and plan_cache.read(file)) or self._new_plan(text, file)

    def _new_plan(self, text: str, file: Path | None) -> Plan:
        """Return the content and plan of a text, and keep it in a file. Raises SpecError."""
        # Not at the top: it imports pydantic, all models and YAML.
        from pytest_schemaverify.verification.reading import read_anew

        known = read_anew(text, self.path, self.name, self.config, self._given_texts)
        return plan_cache.kept(known, file)

    @cached_property
    def objects(self) -> dict[str, list[Planned]]:
        """The checks by the entries that they belong to, `tables.users`, in the file's order."""
        found: dict[str, list[Planned]] = {}
        for one in self.planned:
            found.setdefault(one.object, []).append(one)
        return found

    @property
    def folder(self) -> Path:
        """The folder at which paths in the file start."""
        return self.path.parent

    @property
    def files(self) -> "Files | None":
        """The migration files. Raises SpecError, or ConfigError, for one that is not there."""
        if isinstance(self._files, SpecError):
            raise self._files
        return self._files

    @cached_property
    def _files(self) -> "Files | SpecError | None":
        """What `files` returns or raises; kept, because each expectation asks for it."""
        if self.spec.migrations is None and not self.config.migrations:
            return None
        # A file without migrations does not wait for what finds them.
        from pytest_schemaverify.rehearsal.files import find_files

        try:
            return find_files(self.spec, self.folder, self.config, self._folders)
        except WrongValue as error:
            return self.placed(error)

    @cached_property
    def new(self) -> frozenset[Path] | None:
        """The migration files that --schema-since leaves to be judged; None for all.

        Raises what `files` raises, and ConfigError where git cannot tell.
        """
        if self.files is None or not self.config.since:
            return None
        from pytest_schemaverify.migrations.new_files import since  # few runs ask git

        with self.config.placed("since"):
            return since(self.files.directory, self.config.since, self.config.called("since"))

    @cached_property
    def fault(self) -> SchemaVerifyError | None:
        """The error for which other files that it names cannot be read; None if they can."""
        try:
            self.new  # noqa: B018 - read here, so that it is reported once, not by each item
            # The scripts of the platform and of `database` run on a disposable server only.
            if not self.config.dsn:
                from pytest_schemaverify.rehearsal.recipe import prepared_by

                prepared_by(self.spec, self.folder)
        except WrongValue as error:
            return self.placed(error)
        except Exception as error:
            return internal("reading the migration files", error)
        return None

    @cached_property
    def recipe(self) -> "Recipe":
        """The recipe by which its database is built.

        Raises DatabaseUnavailable where the database would be empty, WrongValue where a script is
        missing.
        """
        if self.files is None and self.spec.database is None:
            raise DatabaseUnavailable(
                f"building a disposable database for {self.name}",
                because="the file names no migrations, so the database would be empty",
                remedy="add `migrations: {directory: …}` to the file, give --schema-migrations, "
                "or verify an existing database with --schema-dsn=…",
            )
        from pytest_schemaverify.rehearsal.recipe import recipe  # for what is built only

        return recipe(
            self.spec, self.files, self.folder,
            rollback=self.config.rollback, costs=self.config.costs,
            blame=not self.config.no_blame,
        )  # fmt: skip

    def placed(self, error: WrongValue) -> SpecError:
        """Return an error of a value with its place in the file, which is read once more for it."""
        from pytest_schemaverify.verification.reading import placed  # as in `_new_plan`

        return placed(error, self.text(), self.path, self.name, self.config)


def _file_text(path: Path, name: str) -> str:
    """Return the text of a file of expectations. Raises SpecError for one that cannot be read."""
    try:
        # Some editors put a byte order mark in front.
        return paths.content(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SpecError(
            [f"{name}:{line}:1: this is not UTF-8: {error.reason}; save it as UTF-8"]
        ) from None
    except OSError as error:
        raise SpecError([f"{name}:1:1: {error.strerror}"]) from None
