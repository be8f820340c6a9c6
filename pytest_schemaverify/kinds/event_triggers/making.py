"""How an event trigger is made: `alter event trigger` changes when it fires, and no more."""

from pytest_schemaverify.kinds.firing import FIRING
from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import literal, signature
from pytest_schemaverify.sql.yaml_names import qualified


def _create(whole: Whole) -> str:
    said = whole.said
    tags = ", ".join(literal(tag.upper()) for tag in said.get("tags", ()))
    call = said["function"]
    named = qualified(signature(call)[0], whole.look.schema or "public")
    if not any(key[:2] == named for key in whole.catalog.families["functions"]):
        return ""
    return words(
        f"create event trigger {whole.name} on {said['event']}",
        f"when tag in ({tags})" if tags else "",
        f"execute function {call if call.endswith(')') else f'{call}()'}",
    )


def _fires(whole: Whole) -> list[str]:
    word = FIRING.get(whole.said.get("enabled", True))
    return [f"alter event trigger {whole.name} {word};"] if word else []


MAKING = Making(create=_create, needs=frozenset({"event", "function"}), then=_fires)
