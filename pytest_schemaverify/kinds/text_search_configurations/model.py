"""What a file says of text search configurations."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import Lists


class TextSearchConfiguration(Owned):
    """A text search configuration: how texts become lexemes."""

    family: ClassVar[str] = "text_search_configurations"

    parser: str | None = None
    """Parser that cuts texts into tokens: `default`."""
    mappings: Lists | None = None
    """Dictionaries by type of token, in the order of asking: `{asciiword: [english_stem]}`; `[]` or
    `absent` where tokens of the type are left out. `exact: true` where no others are mapped."""


class TextSearchConfigurations(Things):
    """Text search configurations by name."""

    family: ClassVar[str] = "text_search_configurations"
    __pydantic_extra__: dict[str, TextSearchConfiguration] = Field(init=False)


SECTION = Section(TextSearchConfigurations, "Text search configurations.")
