"""How a rule is made: `create or replace rule` puts it in the place of one of its name."""

from pytest_schemaverify.kinds.firing import FIRING
from pytest_schemaverify.kinds.making import Making
from pytest_schemaverify.kinds.whole import Whole


def _create(whole: Whole) -> str:
    text = whole.said["definition"].strip().removesuffix(";")
    if text.lower().startswith("do "):  # the entry says the rest
        event = whole.said.get("event")
        return (
            f"create or replace rule {whole.name} as on {event} to {whole.table} {text};"
            if event
            else ""
        )
    return f"{text};"


def _fires(whole: Whole) -> list[str]:
    word = FIRING.get(whole.said.get("enabled", True))
    return [f"alter table {whole.table} {word} rule {whole.name};"] if word else []


MAKING = Making(
    inside={"event": "definition", "instead": "definition"},
    create=_create, needs=frozenset({"definition"}), then=_fires,
    risk="locks {table} while it is made",
)  # fmt: skip
