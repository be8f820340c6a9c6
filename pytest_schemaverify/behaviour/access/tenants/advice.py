"""What a tenant met that does not reach a row of its own, and what the file could say about it."""

from collections.abc import Iterator, Sequence

from pytest_schemaverify.behaviour.access.matrix import computed
from pytest_schemaverify.behaviour.access.policy_texts import (
    claims_in,
    settings_in,
    tables_in,
    texts_about,
)
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.tenants.staging.memberships import memberships
from pytest_schemaverify.behaviour.access.trying.attempts import Observed, written
from pytest_schemaverify.behaviour.access.trying.observations import COMMANDS
from pytest_schemaverify.sql import names


def unreached(scene: Scene, found: Sequence[Observed]) -> tuple[str, str]:
    """Return what came of each command at one's own row, and what could be written about it."""
    one = found[0]
    lines = []
    reasons = computed(scene, [one.table], [one.identity.role])
    for each, command in zip(found, COMMANDS, strict=True):
        own = [a for a in each.main if command == "select" or "own" in a.name]
        lines += [f"{command}: {own[0].outcome}"] if own else []
    by = dict.fromkeys(
        cell.reason
        for (_, table, _), cell in reasons.items()
        if table == one.table and cell.reach != "refused"
    )
    lines += [f"by {reason}" for reason in by]
    advice = [*_advice(scene, one, refused=not by)]
    again = next((a for each in found for a in each.main), None)
    if again is not None:
        advice.append(f"{again.name}:\n{written(one.identity, again.outcome)}")
    return "\n".join(lines), "\n".join(advice)


def _advice(scene: Scene, one: Observed, *, refused: bool) -> Iterator[str]:
    if refused:
        yield f"if tenants have another role than {one.identity.role}: `isolate: {{role: …}}`"
    else:
        yield from _of_policies(scene, one)
    yield f"if no tenant is to reach it: `isolate: {{except: {{{one.relation}: the reason}}}}`"


def _of_policies(scene: Scene, one: Observed) -> Iterator[str]:
    text = "\n".join(texts_about(scene.catalog, one.table))
    owner = scene.owners[one.table]
    for name in dict.fromkeys(settings_in(text)):
        if name not in one.identity.settings:
            yield f"its policies read the setting {name}: `isolate: {{setting: {name}}}`"
    for path in dict.fromkeys(claims_in(text)):
        if one.identity.claim(path) is None:
            yield (
                f"its policies read the claim {path}: `isolate: {{claim: {path}}}` if it says who "
                "the tenant is, otherwise a value of both under `isolate: {claims: …}`"
            )
    asked = [names.quoted(*at) for at in tables_in(scene.catalog, [text]) if at != one.table]
    members = {
        names.quoted(*at): member
        for at, member in memberships(scene.catalog, scene.owners, scene.people).items()
    }
    for table in asked:
        if (member := members.get(table)) is not None:
            yield (
                f"its policies look into {table}, where each tenant is a member of its own by "
                f"{member.user}: say so otherwise, or what members have besides, as in `isolate: "
                f"{{members: {{{table}: {{user: {member.user}, tenant: {member.tenant}, role: "
                "owner}}}`"
            )
            continue
        yield (
            f"its policies look into {table}: say what the rows of tenants have there, as in "
            f"`isolate: {{rows: {{{table}: {{column: {{claim: sub}}}}}}}}`; if it says who belongs "
            f"to whom, `isolate: {{members: {{{table}: {{user: …, tenant: …}}}}}}`"
        )
    if not owner.through or not asked:
        yield (
            "what made rows have, if that matters: "
            f"`isolate: {{rows: {{{one.relation}: {{column: value}}}}}}`"
        )
