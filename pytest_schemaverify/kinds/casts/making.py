"""How a cast is made: there is no `alter cast`."""

from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole

_CONTEXTS = {"assignment": "as assignment", "implicit": "as implicit"}


def _create(whole: Whole) -> str:
    source, target, *_ = whole.key
    call = whole.said["function"]
    return words(
        f"create cast ({source} as {target})",
        f"with function {call if call.endswith(')') else f'{call}({source})'}",
        _CONTEXTS.get(whole.said.get("context", ""), ""),
    )


# Without a function it is made by way of text, or needs nothing done: a file does not say which.
MAKING = Making(create=_create, needs=frozenset({"function"}), inside={"function": "-"})
