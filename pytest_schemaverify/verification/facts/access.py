"""Facts about behaviour: what identities achieve on a copy of the database."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from pytest_schemaverify.behaviour.access.column_judgement import expected_columns
from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.matrix import Cell, matrix
from pytest_schemaverify.behaviour.access.ownership import Ownership, with_owners_of_parents
from pytest_schemaverify.behaviour.access.policy_owners import owners_by_policies
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.isolation import leaks
from pytest_schemaverify.behaviour.access.tenants.leak import Leak
from pytest_schemaverify.behaviour.access.tenants.staging.belongings import owned, without_closed
from pytest_schemaverify.behaviour.access.tenants.staging.clients import privileged, visitors
from pytest_schemaverify.behaviour.access.tenants.staging.declared import (
    Membership,
    Tenants,
    require_columns,
)
from pytest_schemaverify.behaviour.access.tenants.staging.memberships import told_apart
from pytest_schemaverify.behaviour.access.tenants.staging.people import members
from pytest_schemaverify.behaviour.access.tenants.staging.two_tenants import staged
from pytest_schemaverify.behaviour.access.trying.attempts import Observed
from pytest_schemaverify.behaviour.access.trying.columns import ColumnsTried, columns_tried
from pytest_schemaverify.behaviour.access.trying.indirect_access import through_call, through_view
from pytest_schemaverify.behaviour.access.trying.observations import observed
from pytest_schemaverify.databases.resource_bounds import hold, met
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.language.own_keys import EXCEPT
from pytest_schemaverify.migrations.file_patterns import scripts
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.verification.planning import Planned

from .client_schemas import reach
from .exempted import exempted
from .facts import Fact, Facts, subject_of

if TYPE_CHECKING:
    from pytest_schemaverify.language.access import Access, Isolation


def scene_of(facts: Facts) -> Scene:
    """Return the copy of the database with rows of every identity in it.

    The first check that asks has it made, and it is made anew where the connection to it had to be
    closed. Raises CannotDetermine when the server refuses the rows that the file gives.
    """
    scene = facts.once(_SCENE, lambda: _new_scene(facts))
    if scene.connection.closed:
        facts.once.forget(_SCENE)
        scene = facts.once(_SCENE, lambda: _new_scene(facts))
    return scene


_SCENE = "making rows for the identities"


def _new_scene(facts: Facts) -> Scene:
    access = facts.spec.access
    if access is None or facts.copy is None:
        raise TypeError("behaviour is tried on a copy of a database that the file says how to use")
    facts.progress("making rows for the identities", 0, 0)
    everything = tables_in_scope(facts) if access.matrix is not None else []
    owners = ownerships(access, facts, everything)
    besides = {(table, owner.column) for table, owner in owners.items()}
    people = members(facts.catalog, owners, besides)
    scene = Scene(
        facts.catalog,
        identities(access),
        owners,
        facts.copy(),
        people=people,
        platform=facts.platform,
    )
    _insert_given_rows(scene, access, facts)
    if access.generate:
        tables = access.tables.items() if access.tables else ()
        named = [yaml_names.qualified(name, facts.schema) for name, _ in tables]
        there = facts.catalog.families["tables"]
        scene.generate(table for table in dict.fromkeys((*named, *everything)) if table in there)
    return scene


def _insert_given_rows(scene: Scene, access: "Access", facts: Facts) -> None:
    """Insert the rows that the file gives. Raises CannotDetermine where the server refuses them."""
    if access.given is None:
        return
    # A script that fills tables may take longer than one attempt.
    hold(scene.connection, facts.bounds._replace(statement=facts.bounds.script))
    for script in scripts(facts.folder, access.given.sql, setting="access.given"):
        try:
            scene.connection.execute(script.text.encode())
        except psycopg.Error as error:
            if error.sqlstate is None:
                raise
            raise CannotDetermine(
                f"running {_path_shown(script.path, facts.folder)} of `access.given`",
                because=met(scene.connection, error) or error.diag.message_primary or str(error),
            ) from None
    hold(scene.connection, facts.bounds)
    if access.given.sql:
        # A script may have become another role, or have changed settings, for its own statements.
        scene.connection.execute("reset session authorization")
        scene.connection.execute("reset all")
        scene.settle()
    rows = access.given.rows
    scene.add({yaml_names.qualified(name, facts.schema): listed for name, listed in rows.items()})


def _path_shown(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def identities(access: "Access") -> dict[str, Identity]:
    """Return the identities of a file by their names."""
    return {
        name: Identity(name, entry.role, entry.claims, entry.settings_, entry.bypasses_rls)
        for name, entry in access.identities.items()
    }


def ownerships(access: "Access", facts: Facts, more: Iterable[Table]) -> dict[Table, Ownership]:
    """Return the owners of tables' rows, by the column that has them or the way to it.

    Of `more` tables, which the file does not name, policies say it that compare a column with who
    is there, and otherwise `isolate`. A column that is only called like an owner's says nothing.
    """
    doors: Any = [*(access.tables.items() if access.tables else ())]
    found = {
        yaml_names.qualified(name, facts.schema): replace(
            ownership(door.owner), shared=door.shared or ""
        )
        for name, door in doors
        if door.owner is not None
    }
    usual = {owner.column: replace(owner, shared="") for owner in found.values() if owner.column}
    named = {yaml_names.qualified(name, facts.schema) for name, _ in doors}
    unnamed = [table for table in more if table not in named]
    of_tenants = _of_tenants(access, facts) if unnamed else {}
    for table in unnamed:
        by_policies = owners_by_policies(facts.catalog, table)
        # What the file says of that column elsewhere, such as its claim, holds here as well.
        both = [usual[owner.column] for owner in by_policies if owner.column in usual]
        last = [of_tenants[table]] if table in of_tenants else []
        if listed := [*both, *by_policies, *last]:
            found[table] = listed[0]
    return with_owners_of_parents(facts.catalog, found)


def _of_tenants(access: "Access", facts: Facts) -> dict[Table, Ownership]:
    """Return whose the rows of tables are by `isolate`, if the file has it."""
    if access.isolate is None:
        return {}
    tenants, tables = belongings(access.isolate, facts)
    return {
        table: replace(owner, claim=tenants.claim or "sub", setting=tenants.setting)
        for table, owner in tables.items()
    }


def ownership(owner: Any) -> Ownership:
    """Return the `owner` of an entry as a plain value."""
    column = yaml_names.single(owner.column) if owner.column else ""
    through = tuple(yaml_names.single(name) for name in owner.through or ())
    return Ownership(column, owner.claim, owner.setting or "", through)


def _observed(planned: Planned, facts: Facts) -> Observed:
    access: Any = facts.spec.access
    scene, section = scene_of(facts), str(planned.path[1])
    identity = scene.identities[str(planned.path[3])]
    door = dict(getattr(access, section).items())[planned.path[2]]
    command = planned.check.partition(".")[2]
    if section == "tables":
        table = _table_of(planned, facts, identity.name)
        found = observed(scene, identity, table, command, door.reveals or {})
        if planned.expected == "nothing":
            _require_owner(scene, found)
        return found
    owner = ownership(door.owner) if door.owner else None
    rows_of = yaml_names.qualified(door.rows_of, facts.schema) if door.rows_of else None
    if section == "views":
        schema, view = subject_of(planned).key[:2]
        return through_view(scene, identity, (schema, view), command, owner, rows_of)
    return through_call(scene, identity, door.sql, owner, rows_of)


def _table_of(planned: Planned, facts: Facts, who: str) -> Table:
    """Return the table that an identity tries something at. Raises CannotDetermine for a view."""
    schema, table = subject_of(planned).key[:2]
    if facts.catalog.find("tables", (schema, table)) is None:
        raise CannotDetermine(
            f"trying what {who} can do to {names.quoted(schema, table)}",
            because="it is a view",
            remedy="name it under `access.views`",
        )
    return schema, table


def _require_owner(scene: Scene, one: Observed) -> None:
    """Raise CannotDetermine where policies compare an owner that the file does not name."""
    by_policies = [] if one.owned else owners_by_policies(scene.catalog, one.table)
    mine = next((owner for owner in by_policies if owner.of(one.identity) is not None), None)
    kinds = {one.kind(attempt) for attempt in one.main}
    if mine and "broken" not in kinds and kinds != {"refused"}:
        raise CannotDetermine(
            f"denying {one.identity.name} its own rows of {one.relation}",
            because=f"its policies compare {mine.column} with who is there, and the file does not "
            "say whose its rows are",
            remedy=f"say so: `owner: {mine.column}`",
        )


def _columns_tried(planned: Planned, facts: Facts) -> ColumnsTried:
    scene = scene_of(facts)
    schema, table = _table_of(planned, facts, str(planned.path[4]))
    command = planned.check.partition(".")[2]
    known = ("columns", planned.path[4], (schema, table), command)
    if known not in scene.cache:
        identity = scene.identities[str(planned.path[4])]
        scene.cache[known] = columns_tried(scene, identity, (schema, table), command)
    found: ColumnsTried = scene.cache[known]
    return found


def _shared(planned: Planned, facts: Facts) -> frozenset[str]:
    """Return the columns that other identities of the same role are expected to use as well."""
    access: Any = facts.spec.access
    door = dict(access.tables.items())[planned.path[2]]
    schema, table = subject_of(planned).key[:2]
    command = planned.check.partition(".")[2]
    there = [column.name for column in facts.catalog.of_table("columns", schema, table)]
    found: set[str] = set()
    for name, entry in door.columns.items():
        roles = {dict(access.identities.items())[one].role for one in (name, planned.path[4])}
        expected = getattr(entry, command)
        if name != planned.path[4] and len(roles) == 1 and expected is not None:
            found.update(expected_columns(expected, there, names.quoted(schema, table)))
    return frozenset(found)


def _revealed(planned: Planned, facts: Facts) -> frozenset[str]:
    """Return the constraints and sequences by which an identity learns of rows of others."""
    scene = scene_of(facts)
    entry: Any = planned.entry
    schema, table = subject_of(planned).key[:2]
    found = [
        observed(scene, scene.identities[name], (schema, table), "insert", entry.reveals)
        for name, _ in entry.items()
    ]
    return frozenset(attempt.by for one in found for attempt in one.attempts if attempt.told)


def cells_of(facts: Facts) -> list[Cell]:
    """Return the matrix of all tables in scope. Raises CannotDetermine without identities."""
    scene = scene_of(facts)
    if not scene.identities:
        raise CannotDetermine(
            "finding out who can reach what",
            because="the file names no identity that tries",
            remedy="name roles and claims under `access.identities`",
        )
    tables = tables_in_scope(facts)
    facts.progress("trying who can reach what", 0, 0)
    return facts.once("trying who can reach what", lambda: matrix(scene, tables))


def tables_in_scope(facts: Facts) -> list[Table]:
    """Return the tables in the schemas that the file is about."""
    scope = facts.scope()
    found = facts.catalog.families["tables"]
    return [
        (row.schema, row.name)
        for row in found.values()
        if row.schema in scope and row.kind in _TABLES
    ]


_TABLES = ("table", "partitioned table")


def _tenants(wanted: Any, facts: Facts) -> Tenants:
    """Return what a file says of tenants, with names as the catalog has them."""

    def by_table(named: Mapping[str, Any]) -> dict[Table, Any]:
        return {yaml_names.qualified(name, facts.schema): of for name, of in named.items()}

    def columns(named: Mapping[str, Any]) -> dict[str, Any]:
        return {yaml_names.single(name): value for name, value in named.items()}

    members = {
        table: Membership(
            yaml_names.single(one.user), yaml_names.single(one.tenant), columns(one.others)
        )
        for table, one in by_table(wanted.members).items()
    }
    return Tenants(
        yaml_names.single(wanted.by), wanted.role, wanted.claim or "", wanted.setting or "",
        claims=wanted.claims, also=tuple(yaml_names.single(name) for name in wanted.also),
        members=members, shared=by_table(wanted.shared), reveals=wanted.reveals,
        rows={table: columns(row) for table, row in by_table(wanted.rows).items()},
    )  # fmt: skip


def belongings(wanted: Any, facts: Facts) -> tuple[Tenants, dict[Table, Ownership]]:
    """Return what tells tenants apart, as a file and the policies say it, and their tables."""
    scope = reach(facts, wanted.schemas, [wanted.role])
    return owned(facts.catalog, scope, _tenants(wanted, facts))


def tenants_of(facts: Facts, wanted: "Isolation") -> str:
    """Return in one line how `isolate` tells tenants apart."""
    tenants, found = belongings(wanted, facts)
    besides = {(table, owner.column) for table, owner in found.items() if owner.column}
    people = members(facts.catalog, found, besides)
    return told_apart(facts.catalog, tenants, found, people)


def _leaks(planned: Planned, facts: Facts) -> list[Leak]:
    """Return the ways from one tenant to another's rows."""
    wanted = planned.expected
    scope = reach(facts, wanted.schemas, [wanted.role])
    tenants, found = belongings(wanted, facts)
    require_columns(facts.catalog, tenants, found)
    facts.progress("trying whether tenants reach each other's rows", 0, 0)
    # What tenants are given is made on the same copy, and undone before others look at it.
    connection = scene_of(facts).connection
    others = visitors(connection, tenants, facts.clients)
    may = privileged(connection, {tenants.role, *(one.role for one in others)})
    tables = without_closed(facts.catalog, found, may)
    with connection.transaction(force_rollback=True):
        scene = staged(connection, facts.catalog, tenants, tables)
        scene.platform = facts.platform
        return list(leaks(scene, scope, exempted(planned, facts), others, may))


def _pinned(planned: Planned, facts: Facts) -> dict[Table, Any]:
    return _by_table({k: of for k, of in planned.expected.items() if k != EXCEPT}, facts)


def _by_table(named: Mapping[str, Any], facts: Facts) -> dict[Table, Any]:
    return {yaml_names.qualified(name, facts.schema): of for name, of in named.items()}


FACTS: Mapping[str, Fact] = {
    "cells": lambda planned, facts: cells_of(facts),
    "pinned": _pinned,
    "reasons": lambda planned, facts: _by_table(planned.expected.get(EXCEPT, {}), facts),
    "columns_tried": _columns_tried,
    "shared_columns": _shared,
    "exactly": lambda planned, facts: getattr(planned.entry, "exact"),  # noqa: B009
    "leaks": _leaks,
    "revealed": _revealed,
    "observed": _observed,
}
