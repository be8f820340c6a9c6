"""How a sequence is made."""

from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole

_WORDS = {
    "type": "as {}", "increment": "increment by {}", "minimum": "minvalue {}",
    "maximum": "maxvalue {}", "start": "start with {}", "cache": "cache {}",
    "owned_by": "owned by {}",
}  # fmt: skip


def _create(whole: Whole) -> str:
    unlogged = "unlogged " if whole.said.get("persistence") == "unlogged" else ""
    return words(
        f"create {unlogged}sequence {whole.object}",
        *(whole.word(key, text) for key, text in _WORDS.items()),
        "cycle" if whole.said.get("cycle") else "",
    )


MAKING = Making(
    create=_create, loses="the value that {object} has reached", again=lambda whole: False
)
