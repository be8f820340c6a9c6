"""Triggers that set in a new row what its policy leaves open."""

from collections.abc import Iterator

from pytest_schemaverify.behaviour.routines import Write, written
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.statements import Unparsed
from pytest_schemaverify.sql.tokens import tokens

from .asking import asks_who
from .reached import Reached


def sets_new_rows(policy: Policy, catalog: Catalog, reached: Reached) -> bool:
    """Return whether triggers decide whose a new row is, for all commands that a policy is for."""
    commands = {"all": ("insert", "update")}.get(policy.command, (policy.command,))
    return all(any(_deciding(policy, one, catalog, reached)) for one in commands)


def _deciding(policy: Policy, command: str, catalog: Catalog, reached: Reached) -> Iterator[bool]:
    """Yield for each column that a trigger sets whether that decides whose the row is."""
    policies = catalog.of_table("policies", policy.schema, policy.table)
    texts = " ".join(text for one in policies for text in (one.using, one.with_check) if text)
    about = {token.name for token in tokens(texts)}
    for trigger in catalog.of_table("triggers", policy.schema, policy.table):
        # One for some columns of an update does not fire for others.
        if (trigger.timing, trigger.level) != ("before", "row") or command not in trigger.events:
            continue
        if trigger.enabled not in ("origin", "always") or trigger.when:
            continue
        for function in _functions(trigger, catalog):
            asks = asks_who(function.source, reached)
            for write in _of_new(function):
                kept = asks or (command == "update" and _is_old(write))
                yield kept and write.column in about


def _functions(trigger: Row, catalog: Catalog) -> Iterator[Row]:
    for function in catalog.families["functions"].values():
        if trigger.function.startswith(f"{function.schema}.{function.name}("):
            yield function


def _of_new(function: Row) -> list[Write]:
    try:
        return [one for one in written(function).writes if not one.table]
    except Unparsed:
        return []


def _is_old(write: Write) -> bool:
    fields = write.value.get("ColumnRef", {}).get("fields", [])
    return [one.get("String", {}).get("sval") for one in fields] == ["old", write.column]
