"""Casts, operators and operator classes."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from .base import Described, Owned, Things, in_lower_case


class Cast(Described):
    """A cast."""

    family: ClassVar[str] = "casts"

    context: Annotated[
        Literal["implicit", "assignment", "explicit"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Where the server makes it without being told."""
    function: str | None = None
    """Function that makes it; `absent` when there is none."""


class Casts(Things):
    """Casts by `source as target`; those of the server and of extensions are not meant."""

    family: ClassVar[str] = "casts"
    __pydantic_extra__: dict[str, Cast] = Field(init=False)


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


class OperatorClass(Owned):
    """An operator class of an index method."""

    family: ClassVar[str] = "operator_classes"

    method: str | None = None
    """Index method that it is for: `btree`."""
    type: str | None = None
    """Type of the columns that it is for."""
    default: bool | None = None
    """Whether an index takes it where nothing is said."""


class OperatorClasses(Things):
    """Operator classes by name; by `name using method` where there are several."""

    family: ClassVar[str] = "operator_classes"
    __pydantic_extra__: dict[str, OperatorClass] = Field(init=False)
