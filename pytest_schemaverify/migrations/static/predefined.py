"""Names that exist although no migration defines them: PostgreSQL's, extensions', platforms'."""

from functools import cache
from importlib.resources import files

PLATFORM_SCHEMAS = frozenset({
    "auth", "storage", "realtime", "_realtime", "vault", "extensions", "graphql", "graphql_public",
    "net", "cron", "pgmq", "pgsodium", "pgtle", "supabase_functions", "supabase_migrations",
    "information_schema", "pg_catalog", "pg_temp", "partman", "tiger", "topology", "hdb_catalog",
    "neon_auth", "_timescaledb_internal", "_timescaledb_catalog", "timescaledb_information",
})  # fmt: skip
"""Schemas that a platform or an extension fills."""

EXTENSION_RELATIONS = frozenset({
    "spatial_ref_sys", "geometry_columns", "geography_columns", "raster_columns",
    "raster_overviews", "pg_stat_statements", "pg_buffercache", "hypopg_list_indexes",
    "__diesel_schema_migrations", "schema_migrations", "flyway_schema_history", "pgmigrations",
    "goose_db_version", "_prisma_migrations", "alembic_version", "gorp_migrations",
})  # fmt: skip
"""Tables and views of extensions and of migration tools, in any schema."""

# The list of functions.txt comes from a server, which has only the contrib extensions.
EXTENSION_FUNCTIONS = frozenset({
    "sign", "verify", "url_encode", "url_decode", "algorithm_sign", "http", "http_get",
    "http_post", "http_put", "http_delete", "http_header", "http_set_curlopt", "urlencode",
    "json_matches_schema", "jsonb_matches_schema", "index_advisor", "create_parent",
    "run_maintenance", "create_hypertable", "time_bucket", "nanoid", "typeid", "ulid", "gen_ulid",
    "uuid_generate_v7", "moddatetime", "plpgsql_check_function", "pgroonga_score",
})  # fmt: skip
"""Functions of extensions that do not come with PostgreSQL."""


@cache
def functions() -> frozenset[str]:
    """Return the names of the functions of PostgreSQL and of the extensions that come with it.

    `python -m tools.functions` writes the list from a server.
    """
    text = files(__package__).joinpath("functions.txt").read_text(encoding="utf-8")
    return frozenset(text.split()) | EXTENSION_FUNCTIONS
