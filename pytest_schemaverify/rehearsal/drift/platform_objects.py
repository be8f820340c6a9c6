"""Lists what a platform makes in a database by itself, so that it is in no migration."""

from fnmatch import fnmatch

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.rehearsal.state.diff import Difference

_SCHEMAS = {
    "postgres": (),
    "supabase": (
        "_analytics", "_realtime", "_supavisor", "auth", "cron", "extensions", "graphql",
        "graphql_public", "net", "pgbouncer", "pgmq*", "pgsodium*", "pgtle", "realtime", "repack",
        "storage", "supabase_functions", "supabase_migrations", "vault",
    ),
}  # fmt: skip
"""Schemas of the platform, which changes the objects in them with its own migrations."""
_EXTENSIONS = {
    "postgres": ("plpgsql",),
    "supabase": (
        "pg_graphql", "pg_net", "pg_stat_statements", "pgcrypto", "pgjwt", "pgsodium", "plpgsql",
        "supabase_vault", "uuid-ossp",
    ),
}  # fmt: skip
"""Extensions that a new project has."""
_PUBLICATIONS = {"postgres": (), "supabase": ("supabase_realtime*",)}
_EVENT_TRIGGERS = {
    "postgres": (),
    "supabase": ("graphql_watch_*", "issue_*_access", "issue_graphql_placeholder", "pgrst_*_watch"),
}
_BY_PEOPLE = frozenset({
    "foreign_servers", "languages", "published_tables", "subscriptions", "user_mappings",
})  # fmt: skip
"""Families of which no platform makes any object, so that each one that is only live is told."""
_ROLES = {"postgres": (), "supabase": ("supabase_*", "dashboard_user", "pgsodium*")}
"""Roles of the platform that have default privileges."""

_SETTINGS = {"postgres": (), "supabase": ("app.settings.*", "search_path")}
"""Settings of the database that the platform makes."""

_GIVEN_TO = {"supabase": ("dashboard_user", "pgsodium*", "postgres", "service_role", "supabase_*")}
_GIVEN_IN = {"supabase": ("graphql", "graphql_public")}
"""Roles to which the platform's event triggers give privileges on what extensions make, and schemas
in which they give them to everybody (https://github.com/supabase/postgres, `issue_*_access`)."""


def managed(one: Difference, before: Catalog, platform: str) -> bool:
    """Return whether an object that is only live comes from the platform and not from a person."""
    name = one.key[0]
    if one.family == "extensions":
        return _is(name, _EXTENSIONS.get(platform, _EXTENSIONS["postgres"]))
    if one.family == "event_triggers":
        return _is(name, _EVENT_TRIGGERS.get(platform, ()))
    if one.family in _BY_PEOPLE:
        return False
    if one.family == "publications":
        return _is(name, _PUBLICATIONS.get(platform, _PUBLICATIONS["postgres"]))
    schemas = {key[0] for key in before.families["schemas"]} - {"public"}
    if one.family == "default_privileges":
        inside = one.key[1] in schemas or platform_schema(one.key[1], platform)
        return inside or _is(name, _ROLES.get(platform, _ROLES["postgres"]))
    if one.family == "policies" or (one.family == "triggers" and name == "auth"):
        return False  # the platform makes none of these; people do, in its dashboard
    return name in schemas or platform_schema(name, platform)


def of_platform(schema: str, before: Catalog, platform: str) -> bool:
    """Return whether a schema is one of the platform's."""
    theirs = (schema,) in before.families["schemas"] and schema != "public"
    return theirs or platform_schema(schema, platform)


def platform_schema(schema: str, platform: str) -> bool:
    """Return whether a schema is one that the platform makes, by its name."""
    return _is(schema, _SCHEMAS.get(platform, _SCHEMAS["postgres"]))


def of_platform_role(role: str, schema: str, platform: str) -> bool:
    """Return whether the platform grants a role privileges on objects of extensions in a schema."""
    return _is(role, _GIVEN_TO.get(platform, ())) or _is(schema, _GIVEN_IN.get(platform, ()))


def platform_setting(name: str, platform: str) -> bool:
    """Return whether the platform makes a setting for the database."""
    return _is(name, _SETTINGS.get(platform, _SETTINGS["postgres"]))


def _is(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
