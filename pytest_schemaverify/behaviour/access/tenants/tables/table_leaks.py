"""What comes of one command that somebody tries on rows of a tenant's in a table."""

from collections.abc import Iterator

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import NoRow, Table
from pytest_schemaverify.behaviour.access.tenants.leak import Leak
from pytest_schemaverify.behaviour.access.tenants.tables.causes import cause
from pytest_schemaverify.behaviour.access.trying.attempts import Observed, written
from pytest_schemaverify.behaviour.access.trying.observations import observed
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names


def tried_on(
    scene: Scene, identity: Identity, table: Table, command: str, *, of_tenant: bool | None = None
) -> Iterator[Leak]:  # fmt: skip
    """Yield what comes of a command that an identity tries on rows of another.

    It is a tenant, with rows of its own, where its name or `of_tenant` says so.
    """
    subject = names.quoted(*table)
    of_tenant = identity.name in scene.identities if of_tenant is None else of_tenant
    try:
        found = observed(scene, identity, table, command, scene.reveals)
    except BoundMet as error:
        if scene.connection.closed:
            raise
        yield Leak(subject, f"{command}: {error.bound}", untried=True, bound=True)
        return
    except CannotDetermine as error:
        yield Leak(subject, f"{error.tried}: {error.because}", _values(error), untried=True)
        return
    if of_tenant and found.power:
        raise CannotDetermine(
            f"acting as tenants, the role {identity.role}",
            because=f"{found.power}: row-level security does not hold for it",
            remedy="name the role that the API uses under `isolate.role`",
        )
    if not found.others or (of_tenant and not found.own):
        whose = "tenant B" if not found.others else "tenant A"
        yield Leak(subject, f"there is no row of {whose} in it", untried=True)
        return
    scene.revealed |= {one.by for one in found.attempts if one.told}
    yield from _reached(scene, found, command, of_tenant=of_tenant)


def _reached(scene: Scene, found: Observed, command: str, *, of_tenant: bool) -> Iterator[Leak]:
    subject, who = found.relation, found.identity.name
    for one in found.attempts:
        again = f"{one.name}:\n{written(found.identity, one.outcome)}"
        if one.told and one.by in found.reveals:
            continue
        if one.others or (one.told and one.name not in _NOT_OF_TENANTS):
            whose = "tenant B" if of_tenant else "a tenant"
            what = f"{_DOES[command]} of {whose}" if one.others else one.told
            same = f"{who}: {command if one.others else one.by}, {one.name}"
            told = "\n".join([f"{who} {what}", *one.shown])
            yield Leak(
                subject, told, again, one.name, identity=same, covert=not one.others,
                cause=cause(scene, found, one, command),
            )  # fmt: skip
            return
        if not of_tenant and found.kind(one) != "constraint":
            continue  # an error is as good as a refusal for who has nothing of their own there
        if one.main and found.kind(one) == "broken":
            yield Leak(
                subject, f"{command}: an error inside a policy: {one.outcome}", again, untried=True
            )
            return
        if one.main and one.possible and "one's own" not in one.name:
            because = f"{one.name}: it fails as administrator too: {one.possible}"
            yield Leak(subject, because, again, untried=True)
            return


_NOT_OF_TENANTS = ("insert of a value that must be unique", "setval() of the table's sequence")
"""Attempts that tell something, or harm all tenants, and are no way to a row of another one."""
_DOES = {
    "select": "sees a row", "insert": "adds a row in the name",
    "update": "changes a row", "delete": "deletes a row",
}  # fmt: skip


def _values(error: CannotDetermine) -> str:
    """Return what to write where rows cannot be made for want of values."""
    if not isinstance(error, NoRow) or not error.values:
        return ""
    return f"give values that it takes: `isolate: {{rows: {error.values}}}`"
