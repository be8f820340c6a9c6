"""The views of a snapshot, materialized ones too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import RELATIONS, Rows, Source, privileges, settable

_HERE = Path(__file__).parent


# reloptions has the word that was written, and the server takes any of these.
_TRUE = ("true", "on", "yes", "1")


class View(NamedTuple):
    """A view or materialized view."""

    schema: str
    name: str
    kind: str
    owner: str
    options: tuple[str, ...]
    definition: str
    acl: tuple[str, ...]
    comment: str
    populated: bool
    """Whether a materialized view can be read; true for views."""
    depends_on_extensions: tuple[str, ...]
    """Extensions with which a materialized view is dropped, sorted; none for views."""

    @property
    def security_invoker(self) -> bool:
        """Whether it reads its tables with the rights of its reader (since PostgreSQL 15)."""
        return self._option("security_invoker") in _TRUE

    @property
    def security_barrier(self) -> bool:
        """Whether its own conditions come before those of a query."""
        return self._option("security_barrier") in _TRUE

    @property
    def check_option(self) -> str:
        """`local`, `cascaded` or empty."""
        return self._option("check_option")

    def _option(self, name: str) -> str:
        return dict(option.split("=", 1) for option in self.options).get(name, "")


def _read(source: Source) -> Iterator[View]:
    """Yield the views and materialized views."""
    definitions = dict(source.rows(_HERE / "view_definitions.sql"))
    for row in source.relations_of("vm"):
        yield _view(source, row, definitions[row[0]])


def _view(source: Source, row: tuple[Any, ...], definition: str) -> View:
    oid, _, _, kind, _, owner, _, _, options, acl, *_, populated, _, _, _ = row
    return View(
        *source.relations[oid], RELATIONS[kind], source.roles[owner], settable(options),
        definition, privileges(acl), source.comment("pg_class", oid), populated,
        source.depends_on("pg_class", oid),
    )  # fmt: skip


def _same(built: View, live: View, name: str, catalog: Catalog, server: Canonical) -> bool:
    return server.same_query(built.definition, live.definition)


ROWS = (
    Rows(
        family="views",
        read=_read,
        key=("schema", "name"),
        # A materialized view is filled when it is refreshed, and a state has the dependencies among
        # its other objects.
        tolerated=frozenset({"populated", "depends_on_extensions"}),
        texts={"definition": _same},
    ),
)
