"""How extended statistics are made: nothing but the number of values can be altered."""

from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import parts, quoted

_ALL = ["dependencies", "mcv", "ndistinct"]


def _name(whole: Whole) -> str:
    """Return the name with its schema, which is mostly that of the table."""
    own = parts(whole.key[2]) if "." in whole.key[2] else (whole.key[0], whole.key[2])
    return quoted(*own)


def _create(whole: Whole) -> str:
    said = whole.said
    kinds = said.get("kinds", _ALL)
    # One expression alone has statistics without a kind.
    named = f"({', '.join(kinds)})" if kinds and sorted(kinds) != _ALL else ""
    return words(
        f"create statistics {_name(whole)}", named,
        f"on {', '.join(map(_element, said['columns']))} from {whole.table}",
    )  # fmt: skip


def _element(text: str) -> str:
    """Return a column as it is, and an expression in the brackets that the server wants."""
    plain = text.startswith("(") or text.replace("_", "").isalnum() or text.startswith('"')
    return text if plain else f"({text})"


def _target(whole: Whole) -> list[str]:
    text = whole.word("target", f"alter statistics {_name(whole)} set statistics {{}};")
    return [text] if text else []


MAKING = Making(
    create=_create, needs=frozenset({"columns"}), then=_target,
    loses="what was known until the next `analyze`",
)  # fmt: skip
