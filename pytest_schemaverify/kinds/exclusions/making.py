"""How an exclusion constraint is made: nothing alters it."""

from pytest_schemaverify.kinds.constraints.making import added, waiting
from pytest_schemaverify.kinds.making import listed, settings
from pytest_schemaverify.kinds.whole import Whole


def _definition(whole: Whole) -> str:
    texts = [
        f"exclude {whole.word('method', 'using {}')} {listed(whole.said['elements'])}",
        f"with {settings(whole.said['with'])}" if whole.said.get("with") else "",
        whole.word("where", "where ({})"),
        waiting(whole),
    ]
    return " ".join(filter(None, texts))


MAKING = added(
    _definition,
    needs=frozenset({"elements"}),
    inside={"method": "elements"},
    risk="locks {table} while its index is built",
)
