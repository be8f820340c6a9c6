"""What a file says of materialized views."""

from typing import Any, ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.kinds.indexes.model import Indexes
from pytest_schemaverify.kinds.views.model import ViewColumns, definition
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import NamesOrNone, Query, Storage


class MaterializedView(Owned):
    """A materialized view. Short form: its query."""

    family: ClassVar[str] = "materialized_views"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(definition)

    columns: ViewColumns | None = None
    """All of its columns in order, `[id, name]`; or some of them with what holds of each."""
    definition: Query | None = None
    """Its query, compared by what the server makes of it."""
    populated: bool | None = None
    """Whether it has been filled, so that it can be read."""
    with_: Storage | None = Field(None, alias="with")
    """Storage parameters: `{fillfactor: 70}`."""
    depends_on_extensions: NamesOrNone = None
    """Exact set of the extensions with which it is dropped: `depends on extension`. `none` when
    there must be none."""
    indexes: Indexes | None = None
    """Expected indexes."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select], anon: []}`. One on a column of it counts
    too, unless `columns` says it: `{email: {grants: {anon: [select]}}}`."""


class MaterializedViews(Things):
    """Materialized views by name, or by `schema.name`."""

    family: ClassVar[str] = "materialized_views"
    __pydantic_extra__: dict[str, MaterializedView] = Field(init=False)


SECTION = Section(MaterializedViews, "Materialized views.")
