"""What a file says of an aggregate."""

from typing import ClassVar

from pytest_schemaverify.language.base import Terms
from pytest_schemaverify.language.values import Options


class Aggregate(Terms):
    """What an aggregate is made of."""

    family: ClassVar[str] = "aggregates"
    part: ClassVar[str] = "aggregates"
    implied: ClassVar[tuple[str, ...]] = ("exists",)

    state_function: str | None = None
    """Function that takes in one more value: `sfunc` in DDL."""
    state_type: str | None = None
    """Type of what it keeps meanwhile: `stype`."""
    final_function: str | None = None
    """Function that makes the result of it; `absent` when there must be none."""
    combine_function: str | None = None
    """Function that joins what several processes kept; `absent` when there must be none."""
    initial: str | None = None
    """What it starts with: `initcond`; `absent` when it must be NULL."""
    sort_operator: str | None = None
    """Operator that an index can answer it with, for one like `min`; `absent` for none."""
    definition: Options | None = None
    """What else its CREATE says, by the words that stand there: `{msfunc: add, sspace: 64}`;
    `absent` for a word that must not, `exact: true` for no others."""
