from collections import Counter
from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.static import Analysis
from pytest_schemaverify.migrations.static.vectors import Vector

USE = Use(category="vector dimensions", exempting=True)


def check(expected: Any, analysis: Analysis) -> Iterator[Finding]:
    """Every vector in the files, in a column, an argument or a cast, has one length."""
    exempt = tuple(f".{name}" for name in expected.exemptions)
    # A name without its schema exempts every table of that name.
    outside = [v for v in analysis.vectors if not f".{v.subject}".endswith(exempt)]
    lengths = Counter(v.dimensions for v in outside if v.dimensions is not None)
    # Unless the file says one, the length that most have is right, and the others are told of.
    wanted = expected.dimensions or next((n for n, _ in lengths.most_common(1)), None)
    if wanted is None:
        return
    others = ", ".join(v.place.short for v in outside if v.dimensions == wanted)
    for vector in analysis.vectors:
        if vector.dimensions != wanted and not vector.old:
            yield Finding(
                subject=vector.subject,
                expected=f"{wanted} dimensions",
                actual=_actual(vector),
                place=str(vector.place),
                hint=f"{wanted} at {others}" if others else "",
            )


def _actual(vector: Vector) -> str:
    if vector.dimensions is not None:
        return f"{vector.dimensions}"
    if vector.former is None:
        return "any number"
    type_, place = vector.former
    return f"any number; {type_} until then, in {place.short}"
