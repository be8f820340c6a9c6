"""What a file says of operator classes."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Owned, Section, Things


class OperatorClass(Owned):
    """An operator class of an index method."""

    family: ClassVar[str] = "operator_classes"

    method: str | None = None
    """Index method that it is for: `btree`."""
    type: str | None = None
    """Type of the columns that it is for."""
    default: bool | None = None
    """Whether an index takes it where nothing is said."""
    operator_family: str | None = None
    """Operator family that it is in."""
    storage: str | None = None
    """Type that the index keeps; `absent` for that of the column."""
    operators: list[str] | None = None
    """Its operators, each with its number: `["1 <", "2 <=(bigint, integer)"]`, and no others."""
    functions: list[str] | None = None
    """Its functions, each with its number: `["1 btint4cmp(integer, integer)"]`, and no others."""


class OperatorClasses(Things):
    """Operator classes by name; by `name using method` where there are several."""

    family: ClassVar[str] = "operator_classes"
    __pydantic_extra__: dict[str, OperatorClass] = Field(init=False)


SECTION = Section(OperatorClasses, "Operator classes of index methods.")
