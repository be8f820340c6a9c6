"""The settings of a run, each declared once.

The field `bin_dir` is the option `--schema-bin-dir`, the ini key `schema_bin_dir` and the
environment variable `PYTEST_SCHEMA_BIN_DIR`; the first that is given wins, in that order.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any

from pytest_schemaverify.errors import ConfigError

from .values import blank, milliseconds, percent

DATABASES = ("auto", "embedded", "local", "container", "server")
"""What `--schema-database` accepts."""

KINDS = {"server": "server", "bin_dir": "local", "image": "container"}
"""Settings that choose where a disposable database comes from, with the value of DATABASES."""

BASELINE = "expectations.baseline.json"
"""The file of known findings that is used where none is named and this one is there."""

OF_COMMANDS = (
    "dsn", "dsn_env", "migrations", "backup", "var", "database", "bin_dir", "image", "server",
    "cache", "statement_timeout",
)  # fmt: skip
"""The settings that the command `schemaverify` has, too: where the database comes from."""

ITEMS = ("expectation", "object")
"""What one item of pytest can be."""

SEVERITIES = ("info", "warn", "error")
"""The severities of an expectation that does not hold, the worst last."""


def _setting(default: Any, description: str, metavar: str = "", *, secret: bool = False) -> Any:
    # pytest shows the repr of a Config in tracebacks of the user's tests.
    metadata = {"help": description, "metavar": metavar}
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the user chose for this run."""

    dsn: str = _setting(
        "",
        "Verify this existing database, read-only, instead of a disposable one",
        "DSN",
        secret=True,
    )
    dsn_env: str = _setting(
        "",
        "Verify the existing database whose DSN this variable has, in the environment or, where it "
        "is not set there, in the file .env beside the ini file",
        "NAME",
        secret=True,
    )
    spec: tuple[str, ...] = _setting(
        (),
        "File of expectations (repeatable; default: expectations.yaml and *.expectations.yaml)",
        "FILE",
    )
    var: tuple[str, ...] = _setting(
        (), "Value of a variable of the file, `${name}` (repeatable)", "NAME=VALUE"
    )
    migrations: str = _setting(
        "", "Folder of migrations; overrides the file's `migrations.directory`", "DIR"
    )
    rollback: bool = _setting(
        False, "Also run the rollback and compare with the state before the migrations"
    )
    since: str = _setting(
        "",
        "Report only what is wrong with migrations behind this version, or new since this commit",
        "VERSION",
    )
    access_matrix: bool = _setting(
        False, "Print who can reach what, computed and observed; fail where the two disagree"
    )
    costs: bool = _setting(
        False, "Print which locks the migrations take, which tables they rewrite, and how long"
    )
    backup: str = _setting(
        "",
        "Backup of pg_dump, in any format, to start from instead of the file's `before` and `seed`",
        "FILE",
    )
    fail_on: str = _setting(
        "error",
        f"Severity from which on expectations fail that do not hold: {', '.join(SEVERITIES)}; what "
        "is below it is a warning",
        "SEVERITY",
    )
    items: str = _setting(
        "expectation",
        f"What one item of pytest is: {' or '.join(ITEMS)}; as an object, all that the file "
        "expects of a table is one item, which takes less time where there are very many",
        "KIND",
    )
    baseline: str = _setting(
        "",
        "File of known findings, so that only others fail; recorded where it is not there "
        f"(default: {BASELINE}, if it is there)",
        "FILE",
    )
    baseline_update: bool = _setting(
        False, "Write today's findings into --schema-baseline, and what no longer holds out of it"
    )
    update: bool = _setting(
        False,
        "Write into the files what is new or differs and allows nothing more, as `schemaverify "
        "update --create --fix` does for what the run has found",
    )
    coverage: bool = _setting(
        False, "Print how much of the database the file of expectations says, by kind of object"
    )
    coverage_fail_under: str = _setting(
        "", "Also print --schema-coverage, and fail the run where it is less than this", "PERCENT"
    )
    report: tuple[str, ...] = _setting(
        (),
        "Write the results into a file, or to the standard output for the path `-` (repeatable): "
        "html, json, junit, markdown, comment, sarif, gitlab, metrics",
        "FORMAT:PATH",
    )
    report_values: bool = _setting(
        False, "Let reports repeat values of rows, which they leave out otherwise"
    )
    compare_with: str = _setting(
        "",
        "Report of another run, written by --schema-report=json:FILE: this run and its reports say "
        "what is new, what is gone, and what still fails",
        "FILE",
    )
    only_new: bool = _setting(
        False,
        "End the run with exit code 0 if everything that fails also failed in the run of "
        "--schema-compare-with",
    )
    database: str = _setting(
        "auto", f"Where a disposable database comes from: {', '.join(DATABASES)}", "KIND"
    )
    bin_dir: str = _setting("", "Folder of initdb and postgres, for --schema-database=local", "DIR")
    image: str = _setting(
        "",
        "Container image, for --schema-database=container (pgvector/pgvector:pg18)",
        "IMAGE",
    )
    server: str = _setting(
        "",
        "Create the disposable database on this existing server, and drop it at the end",
        "DSN",
        secret=True,
    )
    shard: str = _setting(
        "", "Verify only part N of M of each file's expectations, for jobs beside each other", "N/M"
    )
    cache: bool = _setting(
        False,
        "Keep the migrated database, and begin with it until something that it is made of changes",
    )
    no_blame: bool = _setting(
        False,
        "Do not note, while the migrations are applied, which statement last changed what",
    )
    statement_timeout: str = _setting(
        "10s",
        "How long a statement may run when it is tried on a copy of the disposable database: "
        "calls of functions, attempts at access, rows that are made (10s)",
        "DURATION",
    )
    keep: bool = _setting(False, "Leave the disposable database running and print how to reach it")
    given: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The settings that were given, by field, and the name of each there: `PYTEST_SCHEMA_DSN`."""
    places: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Where in files they were given, by field: `pytest.ini:3:1`."""
    notes: tuple[str, ...] = field(default=(), compare=False)
    """What is to be said about how they were understood."""

    def __post_init__(self) -> None:
        if self.database not in DATABASES:
            raise ConfigError(
                f"{self.tried('database')}={self.database}",
                because="there is no such kind of database",
                remedy=f"choose one of {', '.join(DATABASES)}",
            )
        if self.fail_on not in SEVERITIES:
            raise ConfigError(
                f"{self.tried('fail_on')}={self.fail_on}",
                because="there is no such severity",
                remedy=f"choose one of {', '.join(SEVERITIES)}",
            )
        if self.items not in ITEMS:
            raise ConfigError(
                f"{self.tried('items')}={self.items}",
                because="an item cannot be that",
                remedy=f"choose one of {', '.join(ITEMS)}",
            )
        # These properties raise ConfigError. A wrong setting is refused at once, and not when it is
        # first needed, which may be after the migrations.
        if self.shard:
            self.part  # noqa: B018
        self.variables  # noqa: B018
        self.statement_limit  # noqa: B018
        self.coverage_floor  # noqa: B018

    def called(self, name: str) -> str:
        """Return the name of a setting where it was given, else that of the option."""
        return self.given.get(name) or f"--schema-{name.replace('_', '-')}"

    def place(self, name: str) -> str:
        """Return where in a file a setting was given, "" for what is no file."""
        return self.places.get(name, "")

    def tried(self, name: str) -> str:
        """Return the first words of a message about a setting: `pytest.ini:3:1: reading …`."""
        place = self.place(name)
        return f"{place}{': ' if place else ''}reading {self.called(name)}"

    @contextmanager
    def placed(self, name: str) -> Iterator[None]:
        """Put the place of a setting in front of a ConfigError that is raised inside the block."""
        try:
            yield
        except ConfigError as error:
            if not self.place(name) or not error.tried:
                raise
            tried = f"{self.place(name)}: {error.tried}"
            raise ConfigError(tried, because=error.because, remedy=error.remedy) from None

    @property
    def kind(self) -> str:
        """Which of DATABASES is meant."""
        # --schema-bin-dir=DIR alone is enough: a setting that names a server also says its kind.
        named = (kind for name, kind in KINDS.items() if getattr(self, name))
        return self.database if self.database != "auto" else next(named, "auto")

    @property
    def reported(self) -> bool:
        """Whether the run has a record of its results: it writes some, or compares them."""
        return bool(self.report or self.compare_with or self.only_new)

    @property
    def variables(self) -> dict[str, str]:
        """Values by the names of variables. Raises ConfigError for what is not `name=value`."""
        for text in self.var:
            name, sign, value = text.partition("=")
            if not sign:
                because = "it has no value"
            elif not re.fullmatch(r"\w+", name):  # as in `${name}`
                because = "that is no name of a variable"
            elif blank(value):
                because = (
                    "its value is empty (perhaps a variable that is not set); what is empty on"
                    " purpose stands under `vars` of the file"
                )
            else:
                continue
            raise ConfigError(
                f"{self.tried('var')}={text}",
                because=because,
                remedy="write --schema-var name=value",
            )
        return dict(text.split("=", 1) for text in self.var)

    @property
    def statement_limit(self) -> int:
        """Milliseconds of a statement that is tried. Raises ConfigError for anything else."""
        # statement_timeout is an integer of the server, and 0 would be no limit.
        found = milliseconds(self.statement_timeout)
        if not 0 < found < 2**31:
            raise ConfigError(
                f"{self.tried('statement_timeout')}={self.statement_timeout}",
                because="it is not a time longer than zero",
                remedy="write it as PostgreSQL does: 500ms, 10s, 2min",
            )
        return found

    @property
    def coverage_floor(self) -> int:
        """The least percentage of the database that a file says. Raises ConfigError for none."""
        found = percent(self.coverage_fail_under or "0")
        if found is None:
            raise ConfigError(
                f"{self.tried('coverage_fail_under')}={self.coverage_fail_under}",
                because="it is no percentage",
                remedy="write a whole number from 0 to 100",
            )
        return found

    @property
    def part(self) -> tuple[int, int]:
        """The number of the part, and how many there are; (1, 1) is everything.

        Raises ConfigError for another text.
        """
        number, _, of = (self.shard or "1/1").partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            raise ConfigError(
                f"{self.tried('shard')}={self.shard}",
                because="a part is N/M with N from 1 to M",
                remedy="write 1/5, 2/5, 3/5, 4/5 and 5/5 in five jobs",
            )
        return int(number), int(of)


def settings() -> list[tuple[str, type, str, str]]:
    """Return name, type (str, bool or tuple), help and metavar of each setting."""
    kinds = {False: bool, (): tuple}
    return [
        (f.name, kinds.get(f.default, str), f.metadata["help"], f.metadata["metavar"])
        for f in fields(Config)
        if f.metadata
    ]
