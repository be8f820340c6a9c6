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
"""Settings that choose where a disposable database comes from, and which of DATABASES that is."""

_FRONT = "PYTEST_SCHEMA_"
"""What the names of our environment variables begin with."""

RENAMED = {"baseline_dump": "backup"}
"""Names that settings once had, and what they are called now; an old one is refused."""

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
    """The settings that somebody has given, and how each is called there: `PYTEST_SCHEMA_DSN`."""

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
        if self.shard:
            self.part  # noqa: B018  # a part that there cannot be is told at once
        self.variables  # noqa: B018
        self.statement_limit  # noqa: B018

    def called(self, name: str) -> str:
        """Return how a setting is called where it was given; where it was not, as an option."""
        return self.given.get(name) or f"--schema-{name.replace('_', '-')}"

    @property
    def kind(self) -> str:
        """Which of DATABASES is meant: a setting that names a server also says its kind."""
        named = (kind for name, kind in KINDS.items() if getattr(self, name))
        return self.database if self.database != "auto" else next(named, "auto")

    @property
    def variables(self) -> dict[str, str]:
        """Values by the names of variables. Raises ConfigError for what is not `name=value`."""
        for text in self.var:
            name, sign, value = text.partition("=")
            if not sign:
                because = "it has no value"
            elif not re.fullmatch(r"\w+", name):
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
        """Which part of how many; (1, 1) is everything. Raises ConfigError for what is none."""
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
    """Return the settings; each argument looks one of them up by name, None where it is not given.

    `dashes` is what the names of options begin with. Raises ConfigError for a setting that says
    nothing, which mostly is a variable that is not set: `--schema-dsn="$PRODUCTION"`, and for one
    that is given by the name that it had once.
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
    """Refuse names of environment variables that begin like ours and are none. Raises ConfigError.

    An option that is misspelt is refused by pytest; such a variable would be passed over. Names of
    RENAMED are left to `read`, which knows more to say.
    """
    old = {f"{_FRONT}{name.upper()}" for name in RENAMED}
    known = {f"{_FRONT}{name.upper()}" for name, *_ in settings()}
    for name in sorted(variables):
        if name.upper().startswith(_FRONT) and name not in known | old:
            from difflib import get_close_matches  # every run of pytest comes through here

            near = get_close_matches(name.upper(), known, n=1)
            raise ConfigError(
                f"reading {name}",
                because="there is no setting of this name, and it would be passed over",
                remedy=f"{f'did you mean {near[0]}? or ' if near else ''}unset {name}",
            )


def blank(value: Any) -> bool:
    """Return whether a value that was given says nothing."""
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
    """Return what somebody does who does not want a setting."""
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
    """Refuse settings of which one would be passed over. Raises ConfigError that names both.

    Where each was given does not matter: an option that wins over a variable, or a variable that
    wins over an option, would be a surprise to one of two readers.
    """
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
