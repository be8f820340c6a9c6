"""What a file says of extensions."""

from typing import Any, ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Described, Section, Things
from pytest_schemaverify.language.values import Version


class Extension(Described):
    """An installed extension. Short form: its version, `vector: ">= 0.5"`."""

    family: ClassVar[str] = "extensions"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"version": text})

    version: Version | None = None
    """Installed version: `"0.8.0"`, `">= 0.5"`, `">= 0.5, < 1"`."""
    schema_: str | None = Field(None, alias="schema")
    """Schema that holds the extension's objects."""
    owner: str | None = None
    """Role that owns it: the one that has created it."""


class Extensions(Things):
    """Extensions by name."""

    family: ClassVar[str] = "extensions"
    __pydantic_extra__: dict[str, Extension] = Field(init=False)


SECTION = Section(Extensions, "Extensions that the migrations create.")
