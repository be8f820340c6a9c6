"""What a file says of languages."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import Options


class Language(Owned):
    """A language for functions."""

    family: ClassVar[str] = "languages"

    trusted: bool | None = None
    """Whether it keeps its functions from what their callers may not do."""
    definition: Options | None = None
    """Functions of its CREATE, by the words that stand there: `handler`, `inline`, `validator`;
    `absent` for a word that must not, `exact: true` for no others."""
    grants: Grants | None = None
    """Privileges on it by role: `{public: [usage]}`."""


class Languages(Things):
    """Languages for functions by name; those of extensions too."""

    family: ClassVar[str] = "languages"
    __pydantic_extra__: dict[str, Language] = Field(init=False)


SECTION = Section(Languages, "Languages for functions.")
