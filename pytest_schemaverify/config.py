"""The settings of a run, each declared once.

The field `bin_dir` is the option `--schema-bin-dir`, the ini key `schema_bin_dir` and the
environment variable `PYTEST_SCHEMA_BIN_DIR`; the first that is given wins, in that order.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from pytest_schemaverify.errors import ConfigError

DATABASES = ("auto", "embedded", "local", "container", "server")
"""What `--schema-database` accepts."""

SEVERITIES = ("info", "warn", "error")
"""How bad it may be when an expectation does not hold, the worst last."""


_UNITS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(rf"\s*(\d+(?:\.\d+)?)\s*({'|'.join(_UNITS)})?\s*")


def milliseconds(text: str) -> int:
    """Return a duration as PostgreSQL writes it, 0 for a text that is none."""
    found = _DURATION.fullmatch(text)
    return round(float(found[1]) * _UNITS[found[2] or "ms"]) if found else 0


def _setting(default: Any, description: str, metavar: str = "", *, secret: bool = False) -> Any:
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
    baseline_dump: str = _setting(
        "",
        "Backup of pg_dump, in any format, to start from instead of the file's baseline and seed",
        "FILE",
    )
    fail_on: str = _setting(
        "error",
        f"Severity from which on expectations fail that do not hold: {', '.join(SEVERITIES)}; what "
        "is below it is a warning",
        "SEVERITY",
    )
    baseline: str = _setting(
        "",
        "File of findings that are known, so that only others fail; recorded where it is not there",
        "FILE",
    )
    baseline_update: bool = _setting(
        False, "Write today's findings into --schema-baseline, and what no longer holds out of it"
    )
    database: str = _setting(
        "auto", f"Where a disposable database comes from: {', '.join(DATABASES)}", "KIND"
    )
    bin_dir: str = _setting("", "Folder of initdb and postgres, for --schema-database=local", "DIR")
    image: str = _setting(
        "pgvector/pgvector:pg18", "Container image, for --schema-database=container", "IMAGE"
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
    statement_timeout: str = _setting(
        "10s",
        "How long a statement may run when it is tried on a copy of the disposable database: "
        "calls of functions, attempts at access, rows that are made (10s)",
        "DURATION",
    )
    keep: bool = _setting(False, "Leave the disposable database running and print how to reach it")

    def __post_init__(self) -> None:
        if self.database not in DATABASES:
            raise ConfigError(
                f"reading --schema-database={self.database}",
                because="there is no such kind of database",
                remedy=f"choose one of {', '.join(DATABASES)}",
            )
        if self.fail_on not in SEVERITIES:
            raise ConfigError(
                f"reading --schema-fail-on={self.fail_on}",
                because="there is no such severity",
                remedy=f"choose one of {', '.join(SEVERITIES)}",
            )
        if self.shard:
            self.part  # noqa: B018  # a part that there cannot be is told at once
        self.variables  # noqa: B018
        self.statement_limit  # noqa: B018

    @property
    def variables(self) -> dict[str, str]:
        """Values by the names of variables. Raises ConfigError for what is not `name=value`."""
        for text in self.var:
            if not text.partition("=")[1]:
                raise ConfigError(
                    f"reading --schema-var={text}",
                    because="it has no value",
                    remedy="write --schema-var name=value",
                )
        return dict(text.split("=", 1) for text in self.var)

    @property
    def statement_limit(self) -> int:
        """Milliseconds of a statement that is tried. Raises ConfigError for anything else."""
        found = milliseconds(self.statement_timeout)
        if not 0 < found < 2**31:
            raise ConfigError(
                f"reading --schema-statement-timeout={self.statement_timeout}",
                because="it is not a time longer than zero",
                remedy="write it as PostgreSQL does: 500ms, 10s, 2min",
            )
        return found

    @property
    def part(self) -> tuple[int, int]:
        """Which part of how many; (1, 1) is everything. Raises ConfigError for what is none."""
        number, _, of = (self.shard or "1/1").partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            raise ConfigError(
                f"reading --schema-shard={self.shard}",
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
    ]


def read(
    option: Callable[[str], Any], ini: Callable[[str], Any], environ: Callable[[str], str | None]
) -> Config:
    """Return the settings; each argument looks one of them up by name, where that source has it."""
    chosen: dict[str, Any] = {}
    for name, kind, _, _ in settings():
        variable = f"PYTEST_SCHEMA_{name.upper()}"
        for value in (option(f"schema_{name}"), ini(f"schema_{name}"), environ(variable)):
            if value not in (None, "", [], False):
                chosen[name] = _converted(kind, value, name)
                break
    return Config(**chosen)


def _converted(kind: type, value: Any, name: str) -> Any:
    if kind is tuple:
        return tuple(value.split()) if isinstance(value, str) else tuple(value)
    if kind is bool and isinstance(value, str):
        if value.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise ConfigError(
                f"reading schema_{name}={value}", because="it is neither true nor false"
            )
        return value.lower() in ("1", "true", "yes", "on")
    return value
