"""How a check constraint is made: nothing alters its expression."""

from pytest_schemaverify.kinds.constraints.making import added
from pytest_schemaverify.kinds.whole import Whole


def _definition(whole: Whole) -> str:
    said = whole.said
    texts = [
        f"check ({said['expression']})",
        "no inherit" if said.get("no_inherit") else "",
        "not enforced" if said.get("enforced") is False else "",
        "not valid" if said.get("validated") is False and said.get("enforced", True) else "",
    ]
    return " ".join(filter(None, texts))


MAKING = added(
    _definition, needs=frozenset({"expression"}), risk="locks {table} and reads all of it"
)
