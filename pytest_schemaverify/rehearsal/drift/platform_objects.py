"""Lists what a platform makes in a database by itself, so that it is in no migration."""

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.platforms import (
    EVENT_TRIGGERS,
    EXTENSIONS,
    MAKERS,
    PUBLICATIONS,
    is_one,
    platform_schema,
)
from pytest_schemaverify.rehearsal.state.diff import Difference

_BY_PEOPLE = frozenset({
    "foreign_servers", "languages", "published_tables", "subscriptions", "user_mappings",
})  # fmt: skip
"""Families of which no platform makes any object, so that each one that is only live is told."""
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
        return is_one(name, EXTENSIONS.get(platform, EXTENSIONS["postgres"]))
    if one.family == "event_triggers":
        return is_one(name, EVENT_TRIGGERS.get(platform, ()))
    if one.family in _BY_PEOPLE:
        return False
    if one.family == "publications":
        return is_one(name, PUBLICATIONS.get(platform, PUBLICATIONS["postgres"]))
    schemas = {key[0] for key in before.families["schemas"]} - {"public"}
    if one.family == "default_privileges":
        inside = one.key[1] in schemas or platform_schema(one.key[1], platform)
        return inside or is_one(name, MAKERS.get(platform, MAKERS["postgres"]))
    if one.family == "policies" or (one.family == "triggers" and name == "auth"):
        return False  # the platform makes none of these; people do, in its dashboard
    return name in schemas or platform_schema(name, platform)


def of_platform(schema: str, before: Catalog, platform: str) -> bool:
    """Return whether a schema is one of the platform's."""
    theirs = (schema,) in before.families["schemas"] and schema != "public"
    return theirs or platform_schema(schema, platform)


def of_platform_role(role: str, schema: str, platform: str) -> bool:
    """Return whether the platform grants a role privileges on objects of extensions in a schema."""
    return is_one(role, _GIVEN_TO.get(platform, ())) or is_one(schema, _GIVEN_IN.get(platform, ()))


def platform_setting(name: str, platform: str) -> bool:
    """Return whether the platform makes a setting for the database."""
    return is_one(name, _SETTINGS.get(platform, _SETTINGS["postgres"]))
