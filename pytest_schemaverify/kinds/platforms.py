"""The names of what a platform makes by itself, in a database or on its server."""

from fnmatch import fnmatch

from pytest_schemaverify.catalog import Key

SCHEMAS = {
    "postgres": (),
    "supabase": (
        "_analytics", "_realtime", "_supavisor", "auth", "cron", "extensions", "graphql",
        "graphql_public", "net", "pgbouncer", "pgmq*", "pgsodium*", "pgtle", "realtime", "repack",
        "storage", "supabase_functions", "supabase_migrations", "vault",
    ),
}  # fmt: skip
"""Schemas of the platform, which changes the objects in them with its own migrations."""
EXTENSIONS = {
    "postgres": ("plpgsql",),
    "supabase": (
        "pg_graphql", "pg_net", "pg_stat_statements", "pgcrypto", "pgjwt", "pgsodium", "plpgsql",
        "supabase_vault", "uuid-ossp",
    ),
}  # fmt: skip
"""Extensions that a new project has."""
PUBLICATIONS = {"postgres": (), "supabase": ("supabase_realtime*",)}
EVENT_TRIGGERS = {
    "postgres": (),
    "supabase": ("graphql_watch_*", "issue_*_access", "issue_graphql_placeholder", "pgrst_*_watch"),
}
MAKERS = {"postgres": (), "supabase": ("supabase_*", "dashboard_user", "pgsodium*")}
"""Roles of the platform that have default privileges."""

ROLES = {
    "postgres": (),
    "supabase": (
        "anon", "authenticated", "authenticator", "cli_login_*", "dashboard_user", "pgbouncer",
        "pgsodium*", "pgtle_admin", "postgres", "service_role", "supabase_*",
    ),
}  # fmt: skip
"""Roles that a new project has."""

SETTINGS = {
    "postgres": (),
    "supabase": ("app.settings.*", 'search_path="$user", public, extensions'),
}
"""Settings of the database, as `name=value`, that a new project has."""


def platform_schema(schema: str, platform: str) -> bool:
    """Return whether a schema is one that the platform makes, by its name."""
    return is_one(schema, SCHEMAS.get(platform, SCHEMAS["postgres"]))


def of_platform_object(family: str, key: Key, platform: str) -> bool:
    """Return whether an object is one that the platform makes by itself."""
    # A name without a schema is no name of a schema: somebody may call a language `net`.
    usual = SCHEMAS if len(key) > 1 or family == "schemas" else {}
    patterns = {
        "extensions": EXTENSIONS, "publications": PUBLICATIONS, "roles": ROLES,
        "event_triggers": EVENT_TRIGGERS, "default_privileges": MAKERS,
    }.get(family, usual)  # fmt: skip
    return is_one(key[0], patterns.get(platform, ()))


def of_platform_maker(role: str, platform: str) -> bool:
    """Return whether a role is one whose default privileges are the platform's."""
    return is_one(role, MAKERS.get(platform, ()))


def of_platform_setting(setting: str, platform: str) -> bool:
    """Return whether a setting of the database, `name=value`, is one that the platform makes."""
    return is_one(setting, SETTINGS.get(platform, ()))


def is_one(name: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a name is one of some patterns."""
    return any(fnmatch(name, pattern) for pattern in patterns)
