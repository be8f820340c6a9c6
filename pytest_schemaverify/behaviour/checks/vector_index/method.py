from collections.abc import Iterator

from pytest_schemaverify.behaviour.vectors import VectorColumn
from pytest_schemaverify.findings import Finding


def check(expected: str, looked: VectorColumn) -> Iterator[Finding]:
    """A valid index of the declared method finds neighbours by the column."""
    methods = {one.index.name: one.index.method for one in looked.usable}
    if expected not in methods.values():
        found = looked.shown({name: f"with {method}" for name, method in methods.items()})
        yield Finding(
            expected=f"a valid {expected} index",
            actual=found or looked.without_index(),
            unlike=not methods,
        )
