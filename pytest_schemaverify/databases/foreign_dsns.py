"""DSNs as other tools write them, and what libpq wants in their place.

People copy them from the file `.env` of an ORM or from a provider's page. What says nothing of
where the database is and what is in it is left out, and the header says so.
"""

from typing import NamedTuple

from pytest_schemaverify.settings.values import SCHEMES, SCHEMES_OF_LIBPQ

_ITS_OWN: dict[str, str] = {
    "Prisma": "connection_limit pgbouncer pool_timeout single_use_connections socket_timeout"
    " statement_cache_size",
    "Supabase": "supa workaround",
    "TablePlus": "advancedSafeModeLevel driverVersion enLabel env lazyload name safeModeLevel"
    " statusColor tLSMode usePrivateKey",
    "JDBC": "adaptiveFetch allowEncodingChanges assumeMinServerVersion autosave binaryTransfer"
    " cleanupSavepoints defaultRowFetchSize disableColumnSanitiser loggerFile loggerLevel"
    " loginTimeout logUnclosedConnections preferQueryMode prepareThreshold"
    " preparedStatementCacheQueries preparedStatementCacheSizeMiB readOnly readOnlyMode"
    " reWriteBatchedInserts socketTimeout stringtype tcpKeepAlive",
    "SQLAlchemy": "async_fallback client_encoding_errors max_overflow pool_pre_ping pool_recycle"
    " prepared_statement_cache_size",
    "asyncpg": "command_timeout max_cached_statement_lifetime max_cacheable_statement_size",
    "Django": "atomic_requests conn_health_checks conn_max_age disable_server_side_cursors",
    "Rails": "checkout_timeout idle_timeout pool prepared_statements reaping_frequency reconnect",
    "Ecto": "pool_count pool_size queue_interval queue_target",
    "node-postgres": "allowExitOnIdle connectionTimeoutMillis idleTimeoutMillis max min"
    " uselibpqcompat",
    "pgx": "default_query_exec_mode description_cache_capacity pool_health_check_period"
    " pool_max_conn_idle_time pool_max_conn_lifetime pool_max_conns pool_min_conns"
    " statement_cache_capacity statement_cache_mode",
    "lib/pq": "binary_parameters disable_prepared_binary_result",
}
_OWNERS = {name.lower(): owner for owner, names in _ITS_OWN.items() for name in names.split()}
"""Parameters of other tools that change nothing of what is read, by name in small letters."""

_SEARCH_PATH = {"currentschema", "schema_search_path", "search_path", "schema"}
"""Parameters that set the search_path, in which SQL looks for names without a schema."""

REPLACED = {
    ("sslaccept", "strict"): "sslmode=verify-full",
    ("targetservertype", "primary"): "target_session_attrs=primary",
    ("targetservertype", "secondary"): "target_session_attrs=standby",
}
"""Parameters whose meaning libpq has under another name, which somebody has to write."""
_RENAMED = {"applicationname": "application_name", "ssl": "sslmode"}
_SSL = {"true": "require", "1": "require", "on": "require", "false": "prefer", "0": "prefer"}
_DROPPED_VALUES = {("schema", "public"): "Prisma", ("sslaccept", "accept_invalid_certs"): "Prisma",
                   ("targetservertype", "any"): "JDBC"}  # fmt: skip


class Understood(NamedTuple):
    """A DSN as libpq reads it, and a line for the header about each change."""

    dsn: str
    notes: tuple[str, ...]


def understood(text: str, called: str) -> Understood:
    """Return the DSN that a text of another tool means; `called` is what the notes call it.

    What is not known stays, and so does what nobody could tell apart from a password: libpq's
    message then says what is wrong. No note has a value.
    """
    text = text.strip()
    scheme = SCHEMES.match(text)
    if scheme is None:
        return Understood(text, ())
    rest, notes = text[scheme.end() :], []
    if scheme[0] not in SCHEMES_OF_LIBPQ:
        notes.append(f"{called} begins with {scheme[0]}, which is read as postgresql://")
    login, at, place = _parted(rest)
    where, sign, query = place.partition("?")
    if not sign or "@" in place:
        return Understood(f"postgresql://{rest}", tuple(notes))
    kept, left_out = [], dict[str, list[str]]()
    for part in query.split("&"):
        name, _, value = part.partition("=")
        owner = _owner(name, value)
        if name.lower() == "ssl" and "sslmode=" in query:
            continue  # libpq would take the last of the two, which may be the weaker one
        if owner:
            left_out.setdefault(owner, []).append(name)
        else:
            kept.append(_renamed(name, value, part))
    if left_out:
        each = [f"{', '.join(names)} ({owner})" for owner, names in left_out.items()]
        notes.append(
            f"left out of {called}, because libpq has no such parameter and the database is the"
            f" same without it: {', '.join(each)}"
        )
    query = f"?{'&'.join(kept)}" if kept else ""
    return Understood(f"postgresql://{login}{at}{where}{query}", tuple(notes))


def _parted(rest: str) -> tuple[str, str, str]:
    """Return what stands in front of the `@` behind the login, that, and what follows."""
    # libpq takes the first @ that stands in front of the first /.
    login, at, _ = rest.partition("/")[0].partition("@")
    if not at:
        return "", "", rest
    return login, at, rest[len(login) + 1 :]


def _owner(name: str, value: str) -> str:
    """Return the tool whose parameter this is, if it can be left out; "" for another."""
    lowered = name.lower()
    if lowered.startswith("x-"):
        return "golang-migrate"
    return _OWNERS.get(lowered) or _DROPPED_VALUES.get((lowered, value.lower()), "")


def _renamed(name: str, value: str, part: str) -> str:
    """Return a parameter under the name that libpq has for it."""
    new = _RENAMED.get(name.lower())
    if new is None:
        return part
    return f"{new}={_SSL.get(value.lower(), value) if new == 'sslmode' else value}"


_CALLED = {"server": "host", "hostname": "host", "uid": "user", "username": "user",
           "pwd": "password", "pass": "password", "database": "dbname", "db": "dbname"}  # fmt: skip
"""Names that other tools have for parameters of libpq."""


def replacement(name: str, value: str) -> str:
    """Return what is to be written for a parameter that is not libpq's; "" where nobody knows."""
    lowered = name.lower()
    if lowered in _CALLED:
        return f"{_CALLED[lowered]}=…"
    if lowered in _SEARCH_PATH:
        return f"options=-csearch_path%3D{value}"
    return REPLACED.get((lowered, value.lower()), "")
