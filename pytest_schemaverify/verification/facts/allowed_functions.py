"""The functions that the file answers for: `allow_functions`."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.language.ended import ended
from pytest_schemaverify.sql import names, yaml_names

if TYPE_CHECKING:
    from pytest_schemaverify.language.rules import AllowedFunctions

_CALLED = """
select p.oid::pg_catalog.int8
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where
    p.proname = $1::pg_catalog.name
    and (
        n.nspname = $2::pg_catalog.text
        or $2::pg_catalog.text = '' and pg_catalog.pg_function_is_visible(p.oid)
    )
    and (
        $3::pg_catalog.text[] is null
        or array(select t.oid from pg_catalog.unnest(p.proargtypes) as t (oid))
        = $3::pg_catalog.text[]::pg_catalog.regtype[]::pg_catalog.oid[]
    )
"""
"""Functions of a name; without a schema, those that a query finds."""


@dataclass(frozen=True, slots=True)
class AllowedOnServer:
    """The entries of `allow_functions`, as one server resolves their names."""

    entries: "AllowedFunctions | None"
    today: date
    server: Canonical
    session: Callable[[], AbstractContextManager[Reader]]
    """Yields a reader that looks names up where texts of the file do."""

    def named(self, written: str) -> frozenset[int]:
        """Return the OIDs of the functions of a name or signature.

        Raises CannotDetermine when the server does not know one of its types.
        """
        name, types = names.signature(written)
        *schema, last = yaml_names.parts(name)
        schema_ = schema[-1] if schema else ""
        given = None if types is None else [self.server.type(one) for one in types]
        with self.session() as reader:
            return frozenset(oid for (oid,) in reader.rows(_CALLED, last, schema_, given))

    def in_force(self) -> frozenset[int]:
        """Return the OIDs of the functions of all entries that have not ended."""
        allowed: set[int] = set()
        for written, one in self.entries.items() if self.entries is not None else ():
            if not ended(one, self.today):
                with suppress(CannotDetermine):  # the entry's own item reports it
                    allowed |= self.named(written)
        return frozenset(allowed)
