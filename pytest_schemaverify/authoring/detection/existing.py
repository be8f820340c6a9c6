"""What an existing database says of itself: its platform, and what in it is the project's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_schemaverify.authoring.detection.facts import Fact
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.platforms import platform_schema
from pytest_schemaverify.rehearsal.stages import LEDGERS

_ROLES = ("anon", "authenticated", "service_role")
_SCHEMAS = ("auth", "storage", "realtime", "extensions")
_OF_TOOLS = frozenset({
    *LEDGERS, ("public", "alembic_version"), ("public", "django_migrations"),
    ("public", "ar_internal_metadata"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Existing:
    """What is in scope of an existing database."""

    platform: str
    schemas: tuple[str, ...]
    """Schemas of the project, `public` first."""
    left_out: Mapping[str, str]
    """Schemas that are not, each with whose it is."""
    ledgers: tuple[tuple[str, str], ...]
    """Tables, by schema and name, in which migration tools list what they have applied."""
    facts: tuple[Fact, ...]


def for_database(catalog: Catalog) -> Existing:
    """Return what the catalog of an existing database says of its platform and its schemas."""
    platform, shows = _platform(catalog)
    left_out = dict(_left_out(catalog, platform))
    every = [name for (name,) in catalog.families["schemas"]]
    own = sorted((name for name in every if name not in left_out), key=lambda n: (n != "public", n))
    ledgers = tuple(sorted(key for key in _OF_TOOLS if catalog.find("tables", key)))
    return Existing(
        platform, tuple(own), left_out, ledgers,
        (
            Fact(f"platform: {platform}", shows),
            *(Fact(f"left out: schema {name}", whose) for name, whose in left_out.items()),
            *(Fact(f"ledger: {schema}.{table}", "a migration tool writes it")
              for schema, table in ledgers),
        ),
    )  # fmt: skip


def _platform(catalog: Catalog) -> tuple[str, str]:
    """Return the platform, and where that shows.

    The roles are the cluster's, so another database of the same server may have brought them.
    """
    roles = [name for name in _ROLES if catalog.find("roles", (name,))]
    schemas = [name for name in _SCHEMAS if catalog.find("schemas", (name,))]
    if len(roles) == len(_ROLES) and schemas:
        return "supabase", f"roles {', '.join(roles)}; schemas {', '.join(schemas)}"
    lacking = [name for name in _ROLES if name not in roles]
    what = f"role {lacking[0]}" if lacking else f"schema {_SCHEMAS[0]}"
    return "postgres", f"there is no {what}, which Supabase has"


def _left_out(catalog: Catalog, platform: str) -> Iterator[tuple[str, str]]:
    """Yield the schemas that are not the project's, each with whose it is."""
    homes: dict[str, list[str]] = {}
    for row in catalog.families["extensions"].values():
        homes.setdefault(row.schema, []).append(row.name)
    for (name,) in sorted(catalog.families["schemas"]):
        inside = list(_objects(catalog, name))
        if platform_schema(name, platform):
            yield name, f"{platform.capitalize()} makes it"
        elif name == "public":
            continue
        elif not inside and name in homes:
            yield name, f"it holds nothing but {', '.join(sorted(homes[name]))}"
        elif inside and all(key in _OF_TOOLS for key in inside):
            yield name, "it holds nothing but the ledger of a migration tool"


def _objects(catalog: Catalog, schema: str) -> Iterator[tuple[str, ...]]:
    """Yield the keys of the objects of a schema that no extension has made."""
    for family in ("tables", "views", "functions", "types"):
        yield from (key for key, row in catalog.families[family].items() if row.schema == schema)
