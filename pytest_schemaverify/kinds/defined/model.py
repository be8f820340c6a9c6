"""What a file says of kinds that are a name and a definition."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Described, Section, Things
from pytest_schemaverify.language.values import Options


class _Defined(Described):
    definition: Options | None = None
    """What its CREATE says, by the words that stand there; `absent` for a word that must not,
    `exact: true` for no others."""


class _Owned(_Defined):
    owner: str | None = None
    """Role that owns it."""


class OperatorFamily(_Owned):
    """An operator family of an index method."""

    family: ClassVar[str] = "operator_families"


class OperatorFamilies(Things):
    """Operator families by name and method, `ages using btree`."""

    family: ClassVar[str] = "operator_families"
    __pydantic_extra__: dict[str, OperatorFamily] = Field(init=False)


class Collation(_Owned):
    """A collation."""

    family: ClassVar[str] = "collations"


class Collations(Things):
    """Collations by name."""

    family: ClassVar[str] = "collations"
    __pydantic_extra__: dict[str, Collation] = Field(init=False)


class Conversion(_Owned):
    """A conversion between encodings."""

    family: ClassVar[str] = "conversions"


class Conversions(Things):
    """Conversions between encodings by name."""

    family: ClassVar[str] = "conversions"
    __pydantic_extra__: dict[str, Conversion] = Field(init=False)


class TextSearchParser(_Defined):
    """A text search parser, which cuts texts into tokens."""

    family: ClassVar[str] = "text_search_parsers"


class TextSearchParsers(Things):
    """Text search parsers by name."""

    family: ClassVar[str] = "text_search_parsers"
    __pydantic_extra__: dict[str, TextSearchParser] = Field(init=False)


class TextSearchTemplate(_Defined):
    """A text search template, of which dictionaries are made."""

    family: ClassVar[str] = "text_search_templates"


class TextSearchTemplates(Things):
    """Text search templates by name."""

    family: ClassVar[str] = "text_search_templates"
    __pydantic_extra__: dict[str, TextSearchTemplate] = Field(init=False)


class TextSearchDictionary(_Owned):
    """A text search dictionary, which makes lexemes of words."""

    family: ClassVar[str] = "text_search_dictionaries"


class TextSearchDictionaries(Things):
    """Text search dictionaries by name."""

    family: ClassVar[str] = "text_search_dictionaries"
    __pydantic_extra__: dict[str, TextSearchDictionary] = Field(init=False)


class Transform(_Defined):
    """How a procedural language sees the values of a type."""

    family: ClassVar[str] = "transforms"


class Transforms(Things):
    """Transforms by type and language, `hstore language plpython3u`."""

    family: ClassVar[str] = "transforms"
    __pydantic_extra__: dict[str, Transform] = Field(init=False)


class AccessMethod(_Defined):
    """A method of tables or indexes."""

    family: ClassVar[str] = "access_methods"


class AccessMethods(Things):
    """Access methods of tables and indexes by name."""

    family: ClassVar[str] = "access_methods"
    __pydantic_extra__: dict[str, AccessMethod] = Field(init=False)


SECTIONS: Mapping[str, Section] = {
    "operator_families": Section(OperatorFamilies, "Operator families of index methods."),
    "collations": Section(Collations, "Collations."),
    "conversions": Section(Conversions, "Conversions between encodings."),
    "text_search_parsers": Section(TextSearchParsers, "Text search parsers."),
    "text_search_templates": Section(TextSearchTemplates, "Text search templates."),
    "text_search_dictionaries": Section(TextSearchDictionaries, "Text search dictionaries."),
    "transforms": Section(
        Transforms, "Transforms by type and language, `hstore language plpython3u`."
    ),
    "access_methods": Section(AccessMethods, "Access methods of tables and indexes."),
}
