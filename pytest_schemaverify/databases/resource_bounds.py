"""Bounds of time, files and memory for the user's code where it is tried.

Functions, policies, triggers, defaults and checks run on copies of a disposable database. What
they do there is undone; the bounds limit what they take of the machine until then. The page
docs/reference/bounds.md has the numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import Connection, errors

from pytest_schemaverify.databases.bounds import BOUNDS, MEGABYTE, READING, Bounds
from pytest_schemaverify.databases.memory_limit import bound_memory
from pytest_schemaverify.databases.reading import FIXED, WRITTEN, apply_settings
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.settings.values import milliseconds


class BoundMet(CannotDetermine):
    """A statement met a bound and was ended, so that what it would have done is unknown.

    `bound` says in words which bound it was, and `where` in which function it ran.
    """

    def __init__(self, statement: str, bound: str, where: str = "") -> None:
        self.bound = bound
        self.where = where
        super().__init__(
            f"trying {statement[:300]}",  # a script may be long
            because=f"not tried: {bound}{f', in {where}' if where else ''}",
            remedy="look at what it runs: functions, policies, triggers, defaults; "
            "--schema-statement-timeout gives it more time",
        )


_TIMEOUTS = ("statement_timeout", "lock_timeout")


@dataclass(slots=True)
class Held:
    """The bounds of one connection, and the time-outs that it has of its own."""

    bounds: Bounds
    own: Mapping[str, int]
    """Time-outs that its role and database bring along, in milliseconds; 0 for none."""
    ours: bool = False
    """Whether the server is one of ours on this machine, so that its memory is bounded."""
    roles: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """The time-outs of roles that the connection acts as, by role."""
    now: Mapping[str, int] = field(default_factory=dict)
    """The time-outs in force."""


# By connection, so that whoever is handed one finds its bounds; weak, so that closed ones go.
_HELD: WeakKeyDictionary[Connection[Any], Held] = WeakKeyDictionary()


def hold(connection: Connection[Any], bounds: Bounds, *, ours: bool = False) -> None:
    """Keep the statements of a connection within bounds from now on.

    `ours` says that the server is one of ours and runs on this machine.
    """
    if connection in _HELD:
        _HELD[connection].bounds = bounds
    else:
        # Once, before ours are set: afterwards it would be ours that are read.
        row = connection.execute(
            "select pg_catalog.current_setting('statement_timeout'),"
            " pg_catalog.current_setting('lock_timeout')"
        ).fetchone()
        assert row is not None
        own = dict(zip(_TIMEOUTS, map(milliseconds, row), strict=True))
        _HELD[connection] = Held(bounds, own, ours)
    settings = {
        **timeouts(connection),
        **WRITTEN,
        "lc_messages": "C",  # `met` reads the messages
        "max_parallel_workers_per_gather": "0",  # each would have bounds of its own
    }
    apply_settings(connection, settings)
    bound_files(connection, bounds)
    if ours:
        bound_memory(connection.info.backend_pid, bounds.memory)


def bound_reading(connection: Connection[Any], *, ours: bool) -> None:
    """Bound what queries take of a server, and fix the settings by which they are read.

    `ours` is as in `hold`.
    """
    apply_settings(connection, {**FIXED, "statement_timeout": str(READING.statement)})
    bound_files(connection, READING)
    if ours:
        bound_memory(connection.info.backend_pid, READING.memory)


def bound_files(connection: Connection[Any], bounds: Bounds = BOUNDS) -> bool:
    """Bound a connection's temporary files, and return whether its role may; superusers may.

    https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-TEMP-FILE-LIMIT
    """
    try:
        # In a transaction or savepoint of its own, which the refusal does not spoil for others.
        with connection.transaction():
            connection.execute(
                "select pg_catalog.set_config('temp_file_limit', %s, false)",
                [str(bounds.files // 1024)],  # without a unit it is kB
            )
    except errors.InsufficientPrivilege:
        return False
    return True


def timeouts(
    connection: Connection[Any], role: str = "", given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the time-outs to set, as text in milliseconds: for each the strictest of three.

    These are ours, those of the role that the connection acts as (or else its own), and `given`
    ones.
    """
    # `set role` does not apply what `alter role … set` says, only a login does. In production the
    # API logs in as one role and takes the time-outs of another, so they are looked up here.
    held = holding(connection)
    if role and role not in held.roles:
        held.roles[role] = _of_role(connection, role)
    theirs = held.roles[role] if role else held.own
    ours = {"statement_timeout": held.bounds.statement, "lock_timeout": held.bounds.lock}
    held.now = {
        name: min(  # 0 is no limit, not the strictest one
            filter(None, (ours[name], theirs.get(name), milliseconds((given or {}).get(name, ""))))
        )
        for name in _TIMEOUTS
    }
    return {name: str(limit) for name, limit in held.now.items()}


def holding(connection: Connection[Any]) -> Held:
    """Return the bounds of a connection, the usual ones for one that `hold` has not seen."""
    if connection not in _HELD:
        _HELD[connection] = Held(BOUNDS, {})
    return _HELD[connection]


_OF_ROLE = """
select pg_catalog.split_part(c.setting, '=', 1), pg_catalog.split_part(c.setting, '=', 2)
from pg_catalog.pg_db_role_setting s
join pg_catalog.pg_roles r on r.oid = s.setrole
left join pg_catalog.pg_database d on d.oid = s.setdatabase
cross join lateral pg_catalog.unnest(s.setconfig) as c(setting)
where r.rolname = %s and (s.setdatabase = 0 or d.datname = pg_catalog.current_database())
order by s.setdatabase
"""


def _of_role(connection: Connection[Any], role: str) -> dict[str, int]:
    """Return the time-outs that `alter role … set` says, in milliseconds.

    What is set for this database replaces what is set for all, which the query has first.
    """
    rows = connection.execute(_OF_ROLE, [role]).fetchall()
    return {name: milliseconds(text) for name, text in rows}


def met(connection: Connection[Any], error: psycopg.Error) -> str:
    """Return in words which bound a statement has met; "" if it failed for another reason."""
    # One SQLSTATE stands for several causes: 57014 also for pg_cancel_backend and 53400 also for
    # other limits. The messages tell, and `hold` has them in English.
    held, message = _HELD.get(connection), error.diag.message_primary or ""
    if held is None or not held.now:
        return ""
    match error:
        case errors.QueryCanceled() if "statement timeout" in message:
            return f"it ran longer than {duration(held.now['statement_timeout'])}"
        case errors.LockNotAvailable() if "lock timeout" in message:
            return f"it waited for a lock longer than {duration(held.now['lock_timeout'])}"
        case errors.ConfigurationLimitExceeded() if "temporary file" in message:
            return f"it wrote more than {held.bounds.files // MEGABYTE} MB of temporary files"
        case errors.OutOfMemory():
            most = f"{held.bounds.memory // MEGABYTE} MB" if held.ours else "the server has"
            return f"it took more memory than {most}"
        case _:
            return ""


def went_on(limit: int) -> str:
    """Return in words that a statement handled `query_canceled` and went on."""
    return f"it ran longer than {duration(limit)}, and went on when it was canceled"


STATES = ("57014", "55P03", "53400", "53200")
"""SQLSTATE of errors of statements that meet a bound: query_canceled, lock_not_available,
configuration_limit_exceeded, out_of_memory."""


def duration(limit: int) -> str:
    """Return milliseconds as people write them, `500 ms` or `1.5 s`."""
    return f"{limit} ms" if limit < 1000 else f"{limit / 1000:g} s"
