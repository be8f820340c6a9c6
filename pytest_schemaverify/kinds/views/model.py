"""What a file says of views."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from pytest_schemaverify.kinds.columns.model import Columns
from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.kinds.rewrite_rules.model import RewriteRules
from pytest_schemaverify.kinds.triggers.model import Triggers
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import Names, Query, in_lower_case


def _is_mapping(value: Any) -> str:
    return "mapping" if isinstance(value, (dict, Columns)) else "names"


ViewColumns = Annotated[
    Annotated[Names, Tag("names")] | Annotated[Columns, Tag("mapping")],
    Discriminator(_is_mapping),
]


def definition(text: str) -> dict[str, Any]:
    """Return what the short form says: its query."""
    return {"definition": text}


class View(Owned):
    """A view. Short form: its query."""

    family: ClassVar[str] = "views"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(definition)

    columns: ViewColumns | None = None
    """All of its columns in order, `[id, name]`; or some of them with what holds of each."""
    definition: Query | None = None
    """Its query, compared by what the server makes of it."""
    security_invoker: bool | None = None
    """Whether it reads its tables with the rights of whoever reads it (PostgreSQL 15)."""
    security_barrier: bool | None = None
    """Whether its own conditions come before those of a query."""
    check_option: Annotated[
        Literal["local", "cascaded", "absent"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Whether rows written through it must be visible in it; `absent` when they need not."""
    triggers: Triggers | None = None
    """Expected triggers."""
    rewrite_rules: RewriteRules | None = None
    """Expected rules, as `create rule` makes them."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select], anon: []}`. One on a column of it counts
    too, unless `columns` says it: `{email: {grants: {anon: [select]}}}`."""


class Views(Things):
    """Views by name, or by `schema.name`."""

    family: ClassVar[str] = "views"
    __pydantic_extra__: dict[str, View] = Field(init=False)


SECTION = Section(Views, "Views.")
