"""What the server knows about types."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

KIND = """
select t.typtype, t.typname, t.typcategory,
       pg_catalog.format_type(t.typbasetype, t.typtypmod),
       array(select e.enumlabel::text from pg_catalog.pg_enum e
             where e.enumtypid = t.oid order by e.enumsortorder),
       (select pg_catalog.format_type(r.rngsubtype, null)
        from pg_catalog.pg_range r where t.oid in (r.rngtypid, {multirange})),
       array(select pg_catalog.format_type(a.atttypid, a.atttypmod)
             from pg_catalog.pg_attribute a
             where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
             order by a.attnum),
       array(select pg_catalog.pg_get_expr(k.conbin, 0) from pg_catalog.pg_constraint k
             where k.contypid = t.oid and k.contype = 'c' order by k.conname)
       || array(select p.prosrc from pg_catalog.pg_constraint k
                join pg_catalog.pg_depend d on d.objid = k.oid
                    and d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
                    and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                join pg_catalog.pg_proc p on p.oid = d.refobjid
                where k.contypid = t.oid and k.contype = 'c' order by k.conname),
       case when t.typcategory = 'A' then pg_catalog.format_type(t.typelem, null) end
from pg_catalog.pg_type t
where t.oid = %s::pg_catalog.regtype
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the server knows about a type."""

    written: str
    """As format_type() prints it, with its modifiers."""
    name: str
    category: str
    """pg_type.typcategory."""
    labels: tuple[str, ...] = ()
    """Of an enum."""
    checks: tuple[str, ...] = ()
    """Of a domain: expressions over VALUE, and the bodies of the functions that they call."""
    inner: tuple["Kind", ...] = ()
    """Element of an array, subtype of a range, fields of a composite type."""
    range: bool = False

    @property
    def all_checks(self) -> Iterator[str]:
        """The checks of the type and of what it is made of."""
        yield from self.checks
        for one in self.inner:
            yield from one.all_checks


class Kinds:
    """The types of a database, asked for once each."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._known: dict[str, Kind] = {}

    def __call__(self, written: str) -> Kind:
        """Return what a type is; of a domain what it is made of, and all its checks."""
        if written not in self._known:
            self._known[written] = self._read(written)
        return self._known[written]

    def _read(self, written: str) -> Kind:
        # Multiranges came with PostgreSQL 14.
        newer = self._connection.info.server_version >= 140000
        query = KIND.replace("{multirange}", "r.rngmultitypid" if newer else "0")
        row = self._connection.execute(query.encode(), [written]).fetchone()
        assert row is not None
        kind, name, category, base, labels, subtype, fields, checks, element = row
        if kind == "d":
            under = self(base)
            return Kind(
                under.written, under.name, under.category, under.labels,
                (*checks, *under.checks), under.inner, under.range,
            )  # fmt: skip
        # The element of vector(3)[] has the length as well, which only the text tells.
        if element and written.endswith("[]"):
            element = written.removesuffix("[]")
        inner = [one for one in (subtype, element) if one] or fields
        return Kind(
            written, name, category, tuple(labels), (), tuple(map(self, inner)), kind in "rm"
        )
