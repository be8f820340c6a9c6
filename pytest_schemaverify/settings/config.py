"""The settings of a run, each declared once.

The field `bin_dir` is the option `--schema-bin-dir`, the ini key `schema_bin_dir` and the
environment variable `PYTEST_SCHEMA_BIN_DIR`; the first that is given wins, in that order.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import combinations
from typing import Any

from pytest_schemaverify.errors import ConfigError

DATABASES = ("auto", "embedded", "local", "container", "server")
"""What `--schema-database` accepts."""

KINDS = {"server": "server", "bin_dir": "local", "image": "container"}
"""Settings that choose where a disposable database comes from, with the value of DATABASES."""

_FRONT = "PYTEST_SCHEMA_"
"""The beginning of the names of our environment variables."""

RENAMED = {"baseline_dump": "backup"}
"""Names that settings once had, and what they are called now; an old one is refused."""

SEVERITIES = ("info", "warn", "error")
"""The severities of an expectation that does not hold, the worst last."""


# https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
_UNITS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(rf"\s*(\d+(?:\.\d+)?)\s*({'|'.join(_UNITS)})?\s*")


def milliseconds(text: str) -> int:
    """Return the milliseconds of a duration as PostgreSQL writes it, 0 for another text.

    A number without a unit is milliseconds, as for PostgreSQL's own time-outs.
    """
    found = _DURATION.fullmatch(text)
    return round(float(found[1]) * _UNITS[found[2] or "ms"]) if found else 0


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
    baseline: str = _setting(
        "",
        "File of known findings, so that only others fail; recorded where it is not there",
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
    statement_timeout: str = _setting(
        "10s",
        "How long a statement may run when it is tried on a copy of the disposable database: "
        "calls of functions, attempts at access, rows that are made (10s)",
        "DURATION",
    )
    keep: bool = _setting(False, "Leave the disposable database running and print how to reach it")
    given: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The settings that were given, by field, and the name of each there: `PYTEST_SCHEMA_DSN`."""

    def __post_init__(self) -> None:
        if self.database not in DATABASES:
            raise ConfigError(
                f"reading {self.called('database')}={self.database}",
                because="there is no such kind of database",
                remedy=f"choose one of {', '.join(DATABASES)}",
            )
        if self.fail_on not in SEVERITIES:
            raise ConfigError(
                f"reading {self.called('fail_on')}={self.fail_on}",
                because="there is no such severity",
                remedy=f"choose one of {', '.join(SEVERITIES)}",
            )
        # These properties raise ConfigError. A wrong setting is told at once, and not when it is
        # first needed, which may be after the migrations.
        if self.shard:
            self.part  # noqa: B018
        self.variables  # noqa: B018
        self.statement_limit  # noqa: B018

    def called(self, name: str) -> str:
        """Return the name of a setting where it was given, else that of the option."""
        return self.given.get(name) or f"--schema-{name.replace('_', '-')}"

    @property
    def kind(self) -> str:
        """Which of DATABASES is meant."""
        # --schema-bin-dir=DIR alone is enough: a setting that names a server also says its kind.
        named = (kind for name, kind in KINDS.items() if getattr(self, name))
        return self.database if self.database != "auto" else next(named, "auto")

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
                f"reading {self.called('var')}={text}",
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
                f"reading {self.called('statement_timeout')}={self.statement_timeout}",
                because="it is not a time longer than zero",
                remedy="write it as PostgreSQL does: 500ms, 10s, 2min",
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
                f"reading {self.called('shard')}={self.shard}",
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


def read(
    option: Callable[[str], Any],
    ini: Callable[[str], Any],
    environ: Callable[[str], str | None],
    *,
    dashes: str = "--schema-",
) -> Config:
    """Return the settings. Each argument looks up one of them by name, and returns None without it.

    `dashes` is the beginning of the names of options. Raises ConfigError for a setting that is
    empty, and for one that is given by its old name.
    """

    def ways(name: str) -> Iterator[tuple[str, Any]]:
        """Yield how a setting is called in each place, and its value there."""
        variable = f"{_FRONT}{name.upper()}"
        yield f"{dashes}{name.replace('_', '-')}", option(f"schema_{name}")
        yield f"schema_{name}", ini(f"schema_{name}")
        yield variable, environ(variable)

    for old, new in RENAMED.items():
        _require_new(ways(old), ways(new))
    chosen: dict[str, Any] = {}
    given: dict[str, str] = {}
    for name, kind, description, metavar in settings():
        for called, value in ways(name):
            # An empty value mostly is a variable of the shell that is not set. Without an error,
            # `--schema-dsn="$PRODUCTION"` would verify a disposable database and be green.
            if value is not None:
                _require_something(value, called, description, metavar or "true")
                chosen[name], given[name] = _converted(kind, value, called), called
                break
    return Config(**chosen, given=given)


def _require_new(old: Iterable[tuple[str, Any]], new: Iterable[tuple[str, Any]]) -> None:
    """Refuse a setting that is given by its old name. Raises ConfigError that says the new one."""
    for (called, value), (now, _) in zip(old, new, strict=True):
        if value is not None:
            raise ConfigError(
                f"reading {called}", because=f"it is now {now}", remedy=f"write {now} instead"
            )


def require_known(variables: Iterable[str]) -> None:
    """Raise ConfigError for environment variables that begin like ours and are no settings."""
    # pytest refuses an option that is misspelt. A variable that is misspelt would be passed over.
    # Names of RENAMED are left to `read`, which tells the new ones.
    old = {f"{_FRONT}{name.upper()}" for name in RENAMED}
    known = {f"{_FRONT}{name.upper()}" for name, *_ in settings()}
    for name in sorted(variables):
        if name.upper().startswith(_FRONT) and name not in known | old:
            # Imported here, because every run of pytest calls this function.
            from difflib import get_close_matches

            near = get_close_matches(name.upper(), known, n=1)
            raise ConfigError(
                f"reading {name}",
                because="there is no setting of this name, and it would be passed over",
                remedy=f"{f'did you mean {near[0]}? or ' if near else ''}unset {name}",
            )


def blank(value: Any) -> bool:
    """Return whether a value is empty: blanks, an empty list, or a list with an empty element."""
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, tuple)) and (not value or any(map(blank, value)))


def _require_something(value: Any, called: str, description: str, metavar: str) -> None:
    if blank(value):
        raise ConfigError(
            f"reading {called}",
            because="it is empty (perhaps a variable that is not set), so nothing is verified",
            remedy=f"write {called}={metavar}, or {_left_out(called)}\nit is for: {description}",
        )


def _left_out(called: str) -> str:
    """Return the remedy for a setting that is not wanted, by where it was given."""
    if called.startswith("-"):
        return f"leave {called} out"
    return f"unset {called}" if called.isupper() else f"take {called} out of the ini file"


def _converted(kind: type, value: Any, called: str) -> Any:
    if kind is tuple:
        return tuple(value.split()) if isinstance(value, str) else tuple(value)
    if kind is bool and isinstance(value, str):
        if value.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise ConfigError(f"reading {called}={value}", because="it is neither true nor false")
        return value.lower() in ("1", "true", "yes", "on")
    return value


CONTRADICTIONS = (
    ("rollback", "dsn", "{} writes, and a {} is only ever read"),
    ("backup", "dsn", "{} is restored, and a {} is only ever read"),
    ("access_matrix", "dsn", "{} tries who can reach what, and a {} is only ever read"),
    ("costs", "dsn", "{} measures migrations as they run, and a {} is only ever read"),
    ("server", "dsn", "{} is where a new database is built, and {} one that exists and is read"),
    *((one, other, "{} and {} name different servers for one disposable database")
      for one, other in combinations(KINDS, 2)),
)  # fmt: skip
"""Pairs of settings of which only one can be honoured, and why."""


def require_consistent(chosen: Config) -> None:
    """Raise ConfigError for two settings of which one would be passed over; it names both."""
    # Also where one is an option and the other a variable: whichever wins, the run would not do
    # what the place of the other one says.
    said = {name: called for name, called in chosen.given.items() if getattr(chosen, name)}
    pairs = [*CONTRADICTIONS]
    pairs += [(name, "database", f"{{}} is for --schema-database={kind}, and {{}} says"
               f" {chosen.database}") for name, kind in KINDS.items()
              if chosen.database not in ("auto", kind)]  # fmt: skip
    for one, other, why in pairs:
        if one in said and other in said:
            raise ConfigError(
                why.format(said[one], said[other]),
                because="both are given, and one of them would be passed over",
                remedy=f"{_left_out(said[one])}, or {_left_out(said[other])}",
            )
    if chosen.database == "server" and not chosen.server:
        raise ConfigError(
            f"reading {chosen.called('database')}=server",
            because="--schema-server names none",
            remedy="give the DSN of a server on which databases may be created:"
            " --schema-server=DSN",
        )
