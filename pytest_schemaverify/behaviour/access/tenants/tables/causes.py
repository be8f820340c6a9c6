"""Why somebody reaches a row by grants and policies, which many tables may have in common."""

from collections.abc import Mapping

from pytest_schemaverify.behaviour.access.matrix import Computed, computed
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt, Observed
from pytest_schemaverify.sql import names


def cause(scene: Scene, found: Observed, one: Attempt, command: str) -> str:
    """Return what is the same at tables at which an attempt gets to others' rows alike."""
    who = found.identity
    if not one.others:
        return f"{who.name}: {one.name}"
    known = ("computed", who.role)
    if known not in scene.lasting:
        scene.lasting[known] = computed(scene, [*scene.owners], [who.role])
    reasons: Mapping[tuple[str, Table, str], Computed] = scene.lasting[known]
    reason = reasons.get((who.role, found.table, command))
    why = reason.reason.replace(names.quoted(found.table[1]), "…") if reason else ""
    return f"{who.name}: {command}, {_kind(one)}, {why}"


def _kind(one: Attempt) -> str:
    """Return the name of an attempt up to the objects in it."""
    return one.name.partition(", for which")[0].partition(" from ")[0]
