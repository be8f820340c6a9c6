"""The functions that the file answers for: `allow_functions`."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names

if TYPE_CHECKING:
    from .gathered import Fact, Facts

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


def functions_called(written: str, facts: "Facts") -> frozenset[int]:
    """Return the OIDs of the functions of a name or signature.

    Raises CannotDetermine when the server does not know one of its types.
    """
    name, types = names.signature(written)
    *schema, last = names.parts(name)
    schema_ = schema[-1] if schema else ""
    given = None if types is None else [facts.server.type(one) for one in types]
    with facts.session("") as reader:
        return frozenset(oid for (oid,) in reader.rows(_CALLED, last, schema_, given))


def functions_allowed(facts: "Facts") -> frozenset[int]:
    """Return the OIDs of the functions that the file allows today."""
    allowed: set[int] = set()
    entries = facts.spec.allow_functions
    for written, one in entries.items() if entries is not None else ():
        if not one.ended(facts.today):
            with suppress(CannotDetermine):  # the entry's own item tells of it
                allowed |= functions_called(written, facts)
    return frozenset(allowed)


def _permission(planned: Any, facts: "Facts") -> tuple[int, int]:
    """Return how many functions an entry of `allow_functions` names, and how many need it."""
    found = functions_called(str(planned.path[-1]), facts)
    return len(found), len(found.intersection(one.oid for one in facts.vet.risks.every))


FACTS: Mapping[str, "Fact"] = {"permission": _permission}
