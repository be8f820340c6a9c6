"""How the database of a file of expectations is built."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_schemaverify.databases import Wish
from pytest_schemaverify.errors import about
from pytest_schemaverify.migrations.file_patterns import scripts
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.rehearsal.files import Files
from pytest_schemaverify.rehearsal.moments import BEFORE
from pytest_schemaverify.rehearsal.stages import Columns, Wanted
from pytest_schemaverify.sql import yaml_names

if TYPE_CHECKING:
    from pytest_schemaverify.kinds.contract import Spec

HERE = Path()
"""The folder that relative paths start at where no other is given."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The inputs from which a database is built, besides the server, the clock and chance."""

    platform: str
    extensions: Mapping[str, str | None]
    """By name the schema, if one is named."""
    first: tuple[Migration, ...]
    """The project's own scripts, run after the platform's."""
    role: str
    """The role that runs the migrations; '' is the superuser."""
    files: Files | None
    wanted: Wanted
    """The moments on the way that have to be kept."""


def recipe(
    spec: "Spec",
    files: Files | None,
    folder: Path,
    *,
    rollback: bool = False,
    costs: bool = False,
    blame: bool = True,
) -> Recipe:
    """Return the recipe for the database of a file of expectations in that folder.

    `rollback` says that it is rolled back, although the file does not ask for it; `blame`, that it
    is noted which statement changes what. Raises WrongValue when a script is not there.
    """
    first = prepared_by(spec, folder)
    at = replace(_wanted(spec, rollback=rollback, costs=costs), blame=blame)
    return Recipe(platform(spec), _extensions(spec), first, migrator(spec), files, at)


def prepared_by(spec: "Spec", folder: Path) -> tuple[Migration, ...]:
    """Return the project's own scripts before the migrations. Raises WrongValue for a missing one.

    Scripts that give rows to `access` come later; that they are there is seen here, too.
    """
    wanted = spec.database
    given = spec.access.given if spec.access else None
    with about("access", "given"):
        scripts(folder, given.sql if given else [], setting="access.given")
    with about("database", "platform"):
        extra = scripts(folder, wanted.platform.extra if wanted else [], setting="platform.extra")
    with about("database", "prepare"):
        prepare = scripts(folder, wanted.prepare if wanted else [], setting="database.prepare")
    return (*extra, *prepare)


def wish(spec: "Spec") -> Wish:
    """Return the kind of server that a file needs: `postgres` can be a superuser or none."""
    supabase, role = platform(spec) == "supabase", migrator(spec)
    superuser = "supabase_admin" if supabase else "superuser"
    return Wish(
        superuser if role == Wish().superuser else Wish().superuser,
        platform=platform(spec),
        trusted=supabase and bool(role),
    )


def migrator(spec: "Spec") -> str:
    """Return the role that the migrations run as; '' is the superuser."""
    return (spec.migrations.role if spec.migrations else None) or ""


def _wanted(spec: "Spec", *, rollback: bool, costs: bool) -> Wanted:
    """Return which moments on the way the checks of a file look at."""
    if spec.migrations is None:
        return Wanted([BEFORE] if costs else [], rollback)  # there is no role either
    at = [version for version, _ in spec.migrations.at.items()] if spec.migrations.at else []
    stages = [stage for _, stage in spec.migrations.at.items()] if spec.migrations.at else []
    data = [spec.data, *(stage.data for stage in stages)]
    followed = any(one is not None and one.preserved for one in data)
    # Rows that have to stay, costs and interruptions begin with the state before the migrations.
    if followed or costs or spec.migrations.resumable or spec.migrations.budget:
        at.append(BEFORE)
    schema = spec.defaults.schema_
    own, version = spec.migrations.ledger, spec.schema_version
    ledgers = []
    if own is not None:
        columns = Columns(own.column, own.content, own.order)
        ledgers.append((*yaml_names.qualified(own.table, schema), columns))
    if version is not None:
        ledgers.append((*yaml_names.qualified(version.table, schema), Columns(version.column)))
    back = rollback or bool(spec.migrations.reversible)
    return Wanted(at, back, ledgers, migrator(spec))


def platform(spec: "Spec") -> str:
    """Return the name of the platform that a file asks for."""
    return spec.database.platform.name if spec.database else "postgres"


def _extensions(spec: "Spec") -> dict[str, str | None]:
    wanted = spec.database and spec.database.extensions
    there = (
        [(name, one.schema_) for name, one in wanted.items() if not one.absent] if wanted else []
    )
    return {
        yaml_names.single(name): yaml_names.single(schema) if isinstance(schema, str) else None
        for name, schema in there
    }
