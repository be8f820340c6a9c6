"""What a file says of operators."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Owned, Section, Things


class Operator(Owned):
    """An operator."""

    family: ClassVar[str] = "operators"

    returns: str | None = None
    """Type of its result."""
    function: str | None = None
    """Function that it stands for."""
    commutator: str | None = None
    """Operator that gives the same with both sides exchanged: `=~=`; `absent` for none."""
    negator: str | None = None
    """Operator that is true where this one is false; `absent` for none."""
    restrict: str | None = None
    """Function that estimates how many rows satisfy it: `eqsel`; `absent` for none."""
    join: str | None = None
    """Function that estimates how many pairs of rows satisfy it: `eqjoinsel`; `absent` for none."""
    hashes: bool | None = None
    """Whether tables can be joined by it with a hash."""
    merges: bool | None = None
    """Whether tables can be joined by it in sorted order."""


class Operators(Things):
    """Operators by what they take, `===(integer, integer)`; `none` stands for no left side."""

    family: ClassVar[str] = "operators"
    __pydantic_extra__: dict[str, Operator] = Field(init=False)


SECTION = Section(Operators, "Operators.")
