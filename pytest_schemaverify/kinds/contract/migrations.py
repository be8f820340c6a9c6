"""What a file says of migration files, and what holds for them and on the way."""

import re
import shlex
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from pytest_schemaverify.kinds.default_privileges.model import DefaultPrivileges
from pytest_schemaverify.kinds.event_triggers.model import EventTriggers
from pytest_schemaverify.kinds.extensions.model import Extensions
from pytest_schemaverify.kinds.foreign_servers.model import ForeignServers
from pytest_schemaverify.kinds.functions.model import Functions
from pytest_schemaverify.kinds.languages.model import Languages
from pytest_schemaverify.kinds.publications.model import Publications
from pytest_schemaverify.kinds.roles.model import Roles
from pytest_schemaverify.kinds.schemas.model import Schemas
from pytest_schemaverify.kinds.subscriptions.model import Subscriptions
from pytest_schemaverify.kinds.tables.model import Tables
from pytest_schemaverify.kinds.types.model import Types
from pytest_schemaverify.kinds.wrappers.model import Wrappers
from pytest_schemaverify.language.base import Entry, Named, Terms
from pytest_schemaverify.language.data import Data, SchemaVersion
from pytest_schemaverify.language.rules import Exemption, Rule, Rules, off
from pytest_schemaverify.language.values import Name, Names, NamesOrNone, Regular, Value
from pytest_schemaverify.language.vectors import Vectors

TableLock = Literal[
    "access share", "row share", "row exclusive", "share update exclusive", "share",
    "share row exclusive", "exclusive", "access exclusive",
]  # fmt: skip


class Seed(Entry):
    """Files of rows. Short form: those that are there before the migrations."""

    settings: ClassVar[frozenset[str]] = frozenset({"before", "after"})
    short_form: ClassVar[dict[str, Any] | None] = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    }
    short_for: ClassVar[Mapping[type, str]] = {str: "before", list: "before"}

    before: Names = []
    """Files or patterns of rows that the migrations find: what is rehearsed is rehearsed on them.
    Relative to this file or, if nothing is there, to the folder of migrations."""
    after: Names = []
    """Files or patterns that run after the migrations, as `supabase db reset` has it: `data`,
    `access` and fixtures find their rows, and what is rehearsed does not. Relative to this file."""


def _words(value: Any) -> Any:
    """Return the words of a command. Raises ValueError for what only a shell understands."""
    if not isinstance(value, str):
        return value
    try:
        words = shlex.split(value)
    except ValueError:
        raise ValueError("a quote or a backslash has no end; write the words as a list") from None
    of_a_shell = next((word for word in words if _OF_A_SHELL.fullmatch(word)), "")
    if of_a_shell or (words and _VARIABLE.match(words[0])):
        word = of_a_shell or words[0]
        raise ValueError(
            f"no shell runs the command, and `{word}` is for one; write [sh, -c, {value!r}]"
        )
    return words


_OF_A_SHELL = re.compile(r"[|&;<>]+|\d?[<>]+.*|~(/.*)?|\S*(\$[A-Za-z_({]|`)\S*")
_VARIABLE = re.compile(r"\w+=")
Words = Annotated[
    list[str],
    BeforeValidator(_words),
    Field(min_length=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]
"""A command: its words, or a text that is split at blanks, with quotes as in a shell."""


class Command(Entry):
    """A command that prints the SQL of the migrations, run in the folder of this file by no shell.

    Whoever verifies the file runs it, as they run a conftest.py.
    """

    settings: ClassVar[frozenset[str]] = frozenset({"run", "back", "inputs", "seconds"})

    run: Words
    """The command, with its words in a text or a list: `alembic upgrade head --sql`."""
    back: Words | None = None
    """A command that prints the SQL of the rollback: `alembic downgrade head:base --sql`."""
    inputs: Annotated[Names, Field(min_length=1)]
    """Files, patterns or folders that it reads, relative to this file. It runs again when one of
    them changes, and once a day."""
    seconds: float = Field(60, gt=0, le=86400)
    """Time after which it is ended."""


class Versions(Terms):
    """What holds for the versions in the migrations' file names."""

    family: ClassVar[str] = "migrations"

    unique: bool | None = None
    """No version is used twice."""
    ordered: bool | None = None
    """Sorted by name the files come in the order of their versions."""
    pattern: Regular | None = None
    """Regular expression that every file name matches."""
    same_width: bool | None = None
    """All versions have the same number of digits."""
    distinct: bool | None = None
    """No two files say the same."""


class Budget(Terms):
    """What the migrations may cost those who use the database meanwhile."""

    family: ClassVar[str] = "budget"

    lock: TableLock | dict[str, TableLock] | None = None
    """Strongest lock on any table that was there before, or on each of some:
    `{memories: share row exclusive}`."""
    rewrite: NamesOrNone = None
    """Tables that may be rewritten; `none` when no table may."""
    seconds: float | None = Field(None, gt=0)
    """Time for all files together, on the rows of the rehearsal."""


class Stage(Entry):
    """What holds right after a version has been applied."""

    schema_version: SchemaVersion | None = None
    """The version that the database says it has."""
    extensions: Extensions | None = None
    """Extensions."""
    schemas: Schemas | None = None
    """Schemas."""
    types: Types | None = None
    """Types."""
    tables: Tables | None = None
    """Tables."""
    functions: Functions | None = None
    """Functions and procedures."""
    event_triggers: EventTriggers | None = None
    """Event triggers."""
    languages: Languages | None = None
    """Languages for functions."""
    wrappers: Wrappers | None = None
    """Foreign data wrappers."""
    foreign_servers: ForeignServers | None = None
    """Foreign servers."""
    publications: Publications | None = None
    """Publications."""
    subscriptions: Subscriptions | None = None
    """Subscriptions."""
    roles: Roles | None = None
    """Roles of the cluster."""
    default_privileges: DefaultPrivileges | None = None
    """Privileges that new objects get, by the role that makes them."""
    vectors: Vectors | None = None
    """What holds for pgvector's columns."""
    rules: Rules | None = None
    """Rules over everything in scope."""
    data: Data | None = None
    """What holds for the rows."""

    @model_validator(mode="after")
    def _says_something(self) -> "Stage":
        if not self.model_fields_set:
            raise ValueError("nothing would be checked; name at least one table, rule or query")
        return self


class Stages(Named):
    """What holds on the way, by version; `before` is before the first."""

    __pydantic_extra__: dict[str, Stage] = Field(init=False)


class Deployed(Rule):
    """What may differ between a live database and the one that the files build."""

    schemas: list[Name] | None = None
    """Schemas to compare; by default all of both."""
    exemptions: dict[str, Exemption] = Field({}, alias="except")
    """Patterns of what may differ, each with its reason: `public.tmp_*`, `index public.users.i`.
    Of several the most exact counts; one that matches nothing fails."""


class Ledger(Terms):
    """The table in which a runner writes down what it has applied. Short form: its name."""

    family: ClassVar[str] = "ledger"
    settings: ClassVar[frozenset[str]] = frozenset({"table", "column", "content", "order"})
    implied: ClassVar[tuple[str, ...]] = ("applied", "known", "unedited", "ordered")
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short_for: ClassVar[Mapping[type, str]] = {str: "table"}

    table: str = "schema_migrations"
    """The table: `schema_migrations`, `supabase_migrations.schema_migrations`."""
    column: str | None = None
    """Its column with the version, or the name of the file; by default the one its runner has."""
    content: str | None = None
    """Its column with what was run, or a checksum; by default `statements`, `checksum`, `hash`."""
    order: str | None = None
    """Its column that tells what came first; by default `installed_rank`, `applied_at`, …"""
    applied: bool | None = None
    """Every file is listed as applied."""
    known: dict[str, str] = {}
    """Versions that are listed and have no file: pattern to reason. Others are failures."""
    unedited: dict[str, str] = {}
    """Versions that may differ from what was applied: pattern to reason. Others are failures."""
    ordered: bool | None = None
    """The files were applied in their order."""


class Migrations(Terms):
    """Files that build a disposable database, and what holds for them."""

    family: ClassVar[str] = "migrations"
    settings: ClassVar[frozenset[str]] = frozenset(
        {
            "directory",
            "layout",
            "one_by_one",
            "placeholders",
            "role",
            "before",
            "seed",
            "apply",
            "rollback",
            "command",
        }
    )
    implied: ClassVar[tuple[str, ...]] = ("applies", "ignored")

    directory: str = "migrations"
    """Folder, relative to this file."""
    command: Command | None = None
    """Command that prints the SQL, instead of a folder that has it."""
    layout: str | None = None
    """Which tool's names the files have: `flyway`, `supabase`, `prisma` …; found out by default."""
    role: Name | None = None
    """Role that runs the files, created if it is not there: no superuser, with the rights that the
    platform gives to `postgres`. By default the superuser of the disposable server."""
    before: Names = []
    """Files or patterns of the state before, applied first, in order; or a backup of pg_dump.
    Relative to the folder of migrations or, if nothing is there, to this file."""
    seed: Seed = Seed()
    """Files of rows: before the migrations, or `{after: supabase/seed.sql}`."""
    apply: Names | None = None
    """Files or patterns to apply; by default all of the folder, in the order of their versions.
    Behind `!` stands what is left out: `['!0007_failed.sql']`. Relative as `before` is."""
    rollback: Names = []
    """Files or patterns that lead back. Relative as `before` is."""
    versions: Versions | None = None
    """What holds for the versions in the file names."""
    ignored: dict[str, str] = {}
    """Files of the folder that are not applied: pattern to reason. Others are migrations, or
    failures."""
    one_by_one: bool = False
    """The tool that runs the files sends their statements one by one, and not in one transaction or
    one message, as the tool of such names does by default."""
    placeholders: dict[str, Value] = {}
    """Values for `${name}` in the files, as Flyway fills them in: `{schema: public}`."""
    idempotent: bool | None = None
    """Applying everything a second time changes nothing."""
    reversible: bool | None = None
    """After the rollback the catalog and the rows of the state before are as they were."""
    ledger: Ledger | None = None
    """With --schema-dsn: what its table of applied migrations says agrees with the files."""
    deployed: Annotated[Deployed | None, BeforeValidator(off)] = None
    """With --schema-dsn: that database is what the files build, and nothing was made by hand."""
    resumable: bool | None = None
    """Interrupted anywhere and run again, the migrations come to the same end."""
    budget: Budget | None = None
    """What the migrations may cost those who use the database meanwhile."""
    at: Stages | None = None
    """What holds on the way: expectations by the version after which they hold."""

    @model_validator(mode="after")
    def _one_source(self) -> "Migrations":
        if self.command is None:
            return self
        other = {"apply", "layout", "versions", "ignored", "ledger"} & self.model_fields_set
        if other:
            raise ValueError(
                f"`command` prints one migration without a version; leave `{min(other)}` out"
            )
        if self.command.back is not None and "rollback" in self.model_fields_set:
            raise ValueError("`command.back` prints the rollback; leave `rollback` out")
        return self
