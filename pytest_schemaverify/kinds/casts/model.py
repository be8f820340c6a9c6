"""What a file says of casts."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pytest_schemaverify.language.base import Described, Section, Things
from pytest_schemaverify.language.values import in_lower_case


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


SECTION = Section(Casts, "Casts.")
