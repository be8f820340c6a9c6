"""The objects of a database that a file is about: those of the project, not of its platform."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from pytest_schemaverify.catalog import Catalog, granted
from pytest_schemaverify.kinds import KINDS, kind_of
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.databases.model import Database
from pytest_schemaverify.kinds.databases.written import ITSELF
from pytest_schemaverify.kinds.form import Look, usual_owner
from pytest_schemaverify.kinds.platforms import (
    of_platform_maker,
    of_platform_object,
    platform_schema,
)
from pytest_schemaverify.kinds.snapshot import unread
from pytest_schemaverify.kinds.written import Written, additions, things, written
from pytest_schemaverify.language.base import Entry
from pytest_schemaverify.language.include import model_at
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.sql.names import quoted

SECTIONS = tuple(name for name in KINDS if name in Spec.model_fields)
"""Keys of a file that are sections about a kind of object, in their order."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which objects are wanted."""

    platform: str = "postgres"
    schema: str = "public"
    kinds: tuple[str, ...] = ()
    """Sections; empty for all."""
    tables: tuple[str, ...] = ()
    """Patterns of names of tables, as the file has them; empty for all."""


@dataclass(slots=True)
class Contents:
    """What a database has that a file can say, by section and name."""

    look: Look
    sections: dict[str, dict[str, Written]] = field(default_factory=dict)
    database: Written | None = None
    """The database itself, where the file is to be about it as well."""
    partial: bool = False
    """Whether only some of it is wanted."""
    passed_over: Counter[str] = field(default_factory=Counter)
    """Numbers of objects that are the platform's, by section."""

    def all(self) -> Iterator[Written]:
        """Yield every object and everything in it."""
        for section in self.sections.values():
            for one in section.values():
                yield from one.all()

    def paths(self) -> Iterator[tuple[Path, Written]]:
        """Yield every object with the keys that lead to it."""
        if self.database is not None:
            yield ("database",), self.database
        for section, found in self.sections.items():
            for name, one in found.items():
                yield from below((section, name), one)


def below(path: Path, one: Written) -> Iterator[tuple[Path, Written]]:
    """Yield an object and everything in it, each with the keys that lead to it."""
    yield path, one
    for key, part in one.parts.items():
        yield from below((*path, key), part)
    for key, found in one.members.items():
        for name, member in found.items():
            yield from below((*path, key, name), member)


def contents(catalog: Catalog, chosen: Chosen) -> Contents:
    """Return what a snapshot has of the project's own."""
    owner = usual_owner(catalog, _schemas(catalog, chosen))
    look = Look(catalog, chosen.schema, owner, chosen.platform)
    found = Contents(look, partial=bool(chosen.kinds or chosen.tables))
    left = unread(catalog)
    for name in SECTIONS:
        if not left.isdisjoint(kind_of(name).families):
            continue
        model = model_at(name, Spec)
        everything = things(model, look) if model and issubclass(model, Entry) else {}
        if not everything:
            continue
        own = dict(_own(name, everything, chosen))
        found.passed_over[name] += len(everything) - len(own)
        wanted = {key: one for key, one in own.items() if _wanted(name, key, chosen)}
        if wanted:
            found.sections[name] = wanted
    _only_used_roles(found)
    return found


def database(look: Look, *, existing: bool) -> Written:
    """Return the database itself as a file would say it.

    One that was built has the name, owner and comment of its time; what its migrations make of it
    is in the settings.
    """
    [row] = look.catalog.families["databases"].values()
    one = written(Database, "database", ITSELF, row, look)
    made = {k: v for k, v in one.said.items() if k in ("connection_limit", "settings")}
    return replace(one, said={**one.said, "owner": quoted(row.owner)} if existing else made)


def _schemas(catalog: Catalog, chosen: Chosen) -> set[str]:
    """Return the schemas that the file is about: those that it will name, and its default one."""
    if chosen.kinds and "schemas" not in chosen.kinds:
        return {chosen.schema}
    own = (name for (name,) in catalog.families["schemas"])
    return {chosen.schema, *(name for name in own if not platform_schema(name, chosen.platform))}


def _wanted(section: str, name: str, chosen: Chosen) -> bool:
    if chosen.kinds and section not in chosen.kinds:
        return False
    if chosen.tables and section == "tables":
        return any(fnmatchcase(name, pattern) for pattern in chosen.tables)
    return True


def _own(
    section: str, everything: Mapping[str, Written], chosen: Chosen
) -> Iterator[tuple[str, Written]]:
    for name, one in everything.items():
        if section == "default_privileges":
            kept = _default_privileges(one, chosen)
        elif not of_platform_object(section, one.subject.key, chosen.platform):
            kept = one
        else:
            kept = additions(one) if section == "tables" else None
        if kept is not None:
            yield name, kept


def _default_privileges(one: Written, chosen: Chosen) -> Written | None:
    """Return what a role gives on its new objects; None for the platform's own roles."""
    own = one.said and not of_platform_maker(one.subject.key[0], chosen.platform)
    return one if own else None


def _only_used_roles(found: Contents) -> None:
    """Leave out the roles of the cluster with which the project's objects have nothing to do."""
    used = {found.look.owner}
    for one in found.all():
        used |= granted(getattr(one.row, "acl", ())).keys() | set(getattr(one.row, "roles", ()))
        used.add(getattr(one.row, "owner", ""))
    roles = found.sections.get("roles", {})
    kept = {name: one for name, one in roles.items() if one.subject.key[0] in used}
    found.passed_over["roles"] += len(roles) - len(kept)
    if kept:
        found.sections["roles"] = kept
    else:
        found.sections.pop("roles", None)
