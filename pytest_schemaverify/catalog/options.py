"""Options of foreign data. Secrets do not print."""

from typing import NamedTuple

PUBLIC_OPTIONS = frozenset({
    "analyze_sampling", "async_capable", "batch_size", "column_name", "dbname", "debug",
    "delimiter", "dimensions", "encoding", "extensions", "fdw_startup_cost", "fdw_tuple_cost",
    "fetch_size", "filename", "force_not_null", "force_null", "format", "header", "host",
    "hostaddr", "keep_connections", "null", "object", "port", "query_pushdown_enabled", "quote",
    "rowid_column", "schema", "schema_name", "sslmode", "table", "table_name", "truncatable",
    "updatable", "use_remote_estimate",
})  # fmt: skip
"""Options of postgres_fdw, file_fdw and the like that are no secrets."""


class Option(NamedTuple):
    """An option of foreign data. Its value may be a secret, so it prints only if it is known."""

    name: str
    value: str

    @property
    def public(self) -> bool:
        """Whether the value may be shown."""
        return self.name in PUBLIC_OPTIONS

    def __str__(self) -> str:
        return f"{self.name}={self.value if self.public else '***'}"

    def __repr__(self) -> str:
        return str(self)


class Digest(NamedTuple):
    """An option that may be a secret: whether it is the same is known, what it is never is."""

    name: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name}=***"

    def __repr__(self) -> str:
        return str(self)


def options_of(items: list[str] | None) -> tuple[Option, ...]:
    """Return the options of foreign data, sorted by name."""
    pairs = (item.partition("=") for item in items or ())
    return tuple(sorted(Option(name, value) for name, _, value in pairs))
