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


class Operators(Things):
    """Operators by what they take, `===(integer, integer)`; `none` stands for no left side."""

    family: ClassVar[str] = "operators"
    __pydantic_extra__: dict[str, Operator] = Field(init=False)


SECTION = Section(Operators, "Operators.")
