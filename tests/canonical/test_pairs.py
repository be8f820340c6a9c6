"""Each pair, over each connection: nothing is called the same or different that is not."""

import pytest

from pytest_schemaverify.canonical import same_key
from pytest_schemaverify.errors import CannotDetermine

from .conftest import Side
from .pairs import PAIRS
from .verdicts import Pair, Verdict


def compared(number: int, pair: Pair, side: Side) -> Verdict:
    """Return what comes of comparing what is written with what is stored."""
    try:
        same = _same(f"{pair.kind}_{number}", pair, side)
    except CannotDetermine as error:
        return Verdict.UNTOLD if "because" in str(error) else Verdict.SAME
    return Verdict.SAME if same else Verdict.DIFFERENT


def _same(name: str, pair: Pair, side: Side) -> bool:
    families, canonical = side.catalog.families, side.canonical
    columns = [(c.name, c.type) for c in side.catalog.of_table("columns", "public", "notes")]

    def same(expected: str, actual: str) -> bool:
        return canonical.same_expression(expected, actual, "notes", columns)

    notes = ("public", "notes", name)
    if pair.kind == "policy":
        return same(pair.written, families["policies"][notes].using)
    if pair.kind == "check":
        return same(pair.written, families["constraints"][notes].expression)
    if pair.kind == "generated":
        return same(pair.written.partition(": ")[2], families["columns"][notes].generated)
    if pair.kind == "predicate":
        return same(pair.written, families["indexes"][notes].where)
    if pair.kind == "key":
        [key] = families["indexes"][notes].keys
        return same_key(pair.written, key.expression, {name for name, _ in columns}, same)
    if pair.kind == "view":
        return canonical.same_query(pair.written, families["views"]["public", name].definition)
    column = families["columns"]["public", "defaults", name]
    if pair.kind == "type":
        return canonical.same_type(pair.written, column.type)
    return canonical.same_default(pair.written.partition(": ")[2], column.default, column.type)


KINDS = sorted({pair.kind for pair in PAIRS})


@pytest.mark.parametrize("verdict", Verdict, ids=[verdict.value for verdict in Verdict])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_and_what_is_stored(kind: str, verdict: Verdict, side: Side) -> None:
    version = side.catalog.version // 10000
    numbered = {
        pair: number
        for number, pair in enumerate(PAIRS)
        if (pair.kind, pair.verdict) == (kind, verdict) and pair.since <= version
    }
    found = {pair: compared(number, pair, side) for pair, number in numbered.items()}
    wanted = {pair: pair.of_limited if side.limited else pair.verdict for pair in numbered}
    assert found == wanted
