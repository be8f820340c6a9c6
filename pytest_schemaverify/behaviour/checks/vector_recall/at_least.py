from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.behaviour.vectors import Recalled
from pytest_schemaverify.findings import Finding


def check(expected: float, entry: Any, recalled: Recalled) -> Iterator[Finding]:
    """The index finds the declared share of the true nearest neighbours."""
    if recalled.share >= expected:
        return
    where = f"{recalled.rows} {'generated' if recalled.generated else 'stored'} vectors"
    name = recalled.index.index.name
    yield Finding(
        expected=f"{name} finds {expected * 100:.4g}% of the {entry.k} nearest",
        identity=f"{name} finds less than {expected} of the {entry.k} nearest",
        actual=f"{recalled.share * 100:.0f}% over {len(recalled.shares)} queries on {where}, "
        f"{min(recalled.shares) * 100:.0f}% at worst, with {recalled.candidates}",
        hint=_hint(entry.k, recalled) + (_FILTERED if entry.where else ""),
    )


_FILTERED = "; with iterative_scan (pgvector 0.8) it goes on until enough rows meet the condition"


def _hint(k: int, recalled: Recalled) -> str:
    index = recalled.index
    if index.index.method == "ivfflat":
        rest = f"lists = {index.option('lists')}"
        return f"more probes find more, and an index that is built after the rows are there; {rest}"
    rest = f"m = {index.option('m')}, ef_construction = {index.option('ef_construction')}"
    return f"a greater hnsw.ef_search finds more, at least {k} of it is needed; {rest}"
