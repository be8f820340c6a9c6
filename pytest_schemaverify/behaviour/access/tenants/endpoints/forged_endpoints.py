"""Views and functions that read of a token or a request what users write into it themselves."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from pytest_schemaverify.behaviour.access.policy_texts import edited_in, sent_in, with_called
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.endpoints.endpoint_leaks import interferences
from pytest_schemaverify.behaviour.access.tenants.forged_tokens import Forgery, forgeries
from pytest_schemaverify.behaviour.access.tenants.leak import Leak
from pytest_schemaverify.sql import names

MOST = 12
"""Forgeries with which they are asked: each of them asks for everything once more."""


def leaks_of_endpoints(
    scene: Scene, tables: Sequence[Table], schemas: frozenset[str], exempted: Callable[[str], bool]
) -> Iterator[Leak]:  # fmt: skip
    """Yield the views and functions that show rows of tenant B to who forges what they read."""
    reading = _reading(scene, schemas)
    forged = [*islice(_forged(scene, tables, reading), MOST)] if reading else []
    if not forged:
        return

    def passed_over(subject: str) -> bool:
        return subject.partition("(")[0] not in reading or exempted(subject)

    people = [one.identity for one in forged]
    for leak in interferences(scene, tables, schemas, passed_over, people):
        for one in forged:
            if leak.actual.startswith(one.identity.name):
                yield replace(leak, again=f"{one.remedy}\n{leak.again}")
                break


def _reading(scene: Scene, schemas: frozenset[str]) -> dict[str, str]:
    """Return the text of each view and function that reads what users write, by its name."""
    texts = {
        (row.schema, row.name): row.definition for row in scene.catalog.families["views"].values()
    }
    for row in scene.catalog.families["functions"].values():
        texts[row.schema, row.name] = "\n".join(with_called(scene.catalog, [row.source or ""]))
    return {
        names.quoted(*name): text
        for name, text in texts.items()
        if name[0] in schemas and (edited_in(text) or sent_in(text))
    }


def _forged(
    scene: Scene, tables: Sequence[Table], reading: dict[str, str]
) -> Iterator[Forgery]:  # fmt: skip
    attacker, victim = scene.identities["tenant A"], scene.identities["tenant B"]
    tenant = scene.owners[tables[0]].of(victim) if tables else None
    for one in forgeries(attacker, victim, tenant, [*reading.values()]):
        if one.kind in ("user_metadata", "request"):
            yield one
