"""Reads the settings from options, ini keys and the environment, and refuses what contradicts."""

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from pytest_schemaverify.errors import ConfigError

from .config import KINDS, Config, settings
from .values import blank

_FRONT = "PYTEST_SCHEMA_"
"""The beginning of the names of our environment variables."""

RENAMED = {"baseline_dump": "backup"}
"""Names that settings once had, and what they are called now; an old one is refused."""


def read(
    option: Callable[[str], Any],
    ini: Callable[[str], Any],
    environ: Callable[[str], str | None],
    *,
    dashes: str = "--schema-",
    named: Callable[[str], tuple[str, str]] = lambda key: (key, ""),
) -> Config:
    """Return the settings. Each argument looks up one of them by name, and returns None without it.

    `dashes` is the beginning of the names of options; `named` returns how an ini key is called
    where it was given, and its place. Raises ConfigError for a setting that is empty, and for one
    that is given by its old name.
    """

    def ways(name: str) -> Iterator[_Way]:
        variable, key = f"{_FRONT}{name.upper()}", f"schema_{name}"
        yield _Way(f"{dashes}{name.replace('_', '-')}", "", option(key))
        value = ini(key)
        yield _Way(*(named(key) if value is not None else (key, "")), value)
        yield _Way(variable, "", environ(variable))

    for old, new in RENAMED.items():
        _require_new(ways(old), ways(new))
    chosen: dict[str, Any] = {}
    given: dict[str, str] = {}
    places: dict[str, str] = {}
    for name, kind, description, metavar in settings():
        way = next((way for way in ways(name) if way.value is not None), None)
        # An empty value mostly is a variable of the shell that is not set. Without an error,
        # `--schema-dsn="$PRODUCTION"` would verify a disposable database and be green.
        if way is not None:
            _require_something(way, description, metavar or "true")
            chosen[name] = _converted(kind, way)
            given[name], places[name] = way.called, way.place
    return Config(**chosen, given=given, places=places)


class _Way(NamedTuple):
    """A setting in one of the places where it can be given; its value is None where it is not."""

    called: str
    place: str
    """`pytest.ini:3:1`, "" for what is no file."""
    value: Any

    @property
    def reading(self) -> str:
        """The first line of a message about it."""
        return f"{self.place}{': ' if self.place else ''}reading {self.called}"


def _require_new(old: Iterable[_Way], new: Iterable[_Way]) -> None:
    """Refuse a setting that is given by its old name. Raises ConfigError that says the new one."""
    for way, (now, *_) in zip(old, new, strict=True):
        if way.value is not None:
            raise ConfigError(
                way.reading, because=f"it is now {now}", remedy=f"write {now} instead"
            )


def require_known(variables: Iterable[str]) -> None:
    """Raise ConfigError for environment variables that begin like ours and are no settings."""
    # pytest refuses an option that is misspelt. A variable that is misspelt would be passed over.
    # Names of RENAMED are left to `read`, whose error has the new ones.
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


def _require_something(way: _Way, description: str, metavar: str) -> None:
    called = way.called
    if blank(way.value):
        raise ConfigError(
            way.reading,
            because="it is empty (perhaps a variable that is not set), so nothing is verified",
            remedy=f"write {called}={metavar}, or {_left_out(called)}\nit is for: {description}",
        )


def _left_out(called: str) -> str:
    """Return the remedy for a setting that is not wanted, by where it was given."""
    called = called.partition("=")[0]
    if called.startswith("-"):
        return f"leave {called} out"
    return f"unset {called}" if called.isupper() else f"take {called} out of the ini file"


def _converted(kind: type, way: _Way) -> Any:
    value = way.value
    if kind is tuple:
        return tuple(value.split()) if isinstance(value, str) else tuple(value)
    if kind is bool and isinstance(value, str):
        if value.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise ConfigError(
                f"{way.reading}={value}",
                because="it is neither true nor false",
                remedy=f"write {way.called}=true or {way.called}=false",
            )
        return value.lower() in ("1", "true", "yes", "on")
    return value


_NOT_WITH_DSN = (
    ("rollback", "{} writes, and a {} is only ever read"),
    ("backup", "{} is restored, and a {} is only ever read"),
    ("access_matrix", "{} tries who can reach what, and a {} is only ever read"),
    ("costs", "{} measures migrations as they run, and a {} is only ever read"),
    ("server", "{} is where a new database is built, and {} one that exists and is read"),
)
CONTRADICTIONS = (
    *((one, dsn, why) for dsn in ("dsn", "dsn_env") for one, why in _NOT_WITH_DSN),
    ("dsn_env", "dsn", "{} and {} both name the database that is read"),
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
            places = dict.fromkeys(filter(None, map(chosen.place, (one, other))))
            raise ConfigError(
                f"{', '.join(places)}{': ' if places else ''}{why.format(said[one], said[other])}",
                because="both are given, and one of them would be passed over",
                remedy=f"{_left_out(said[one])}, or {_left_out(said[other])}",
            )
    if chosen.database == "server" and not chosen.server:
        raise ConfigError(
            f"{chosen.tried('database')}=server",
            because="--schema-server names none",
            remedy="give the DSN of a server on which databases may be created:"
            " --schema-server=DSN",
        )
