"""Values of any type, as text that the server takes for one."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from psycopg import Connection

_MODIFIER = re.compile(r"\((\d+)(?:,(\d+))?\)")

KIND = """
select t.typtype, t.typname, t.typcategory,
       pg_catalog.format_type(t.typbasetype, t.typtypmod),
       array(select e.enumlabel::text from pg_catalog.pg_enum e
             where e.enumtypid = t.oid order by e.enumsortorder),
       (select pg_catalog.format_type(r.rngsubtype, null)
        from pg_catalog.pg_range r where r.rngtypid = t.oid),
       (select pg_catalog.count(*) from pg_catalog.pg_attribute a
        where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped),
       array(select pg_catalog.pg_get_expr(k.conbin, 0) from pg_catalog.pg_constraint k
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
    labels: tuple[str, ...]
    """Of an enum."""
    part: str
    """Element of an array, subtype of a range."""
    fields: int
    """Of a composite type."""
    checks: tuple[str, ...]
    """Of a domain, over VALUE."""
    range: bool = False


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
        row = self._connection.execute(KIND, [written]).fetchone()
        assert row is not None
        kind, name, category, base, labels, subtype, fields, checks, element = row
        if kind == "d":
            under = self(base)
            return Kind(
                under.written, under.name, under.category, under.labels, under.part,
                under.fields, (*checks, *under.checks), under.range,
            )  # fmt: skip
        return Kind(
            written, name, category, tuple(labels), subtype or element or "", fields or 0, (),
            kind in "rm",
        )  # fmt: skip


def candidates(kind: Kind, number: int, label: str) -> Iterator[str]:
    """Yield texts that are values of a type, the most ordinary first.

    `number` makes them differ from one another; `label` is what a text says.
    """
    if kind.labels:
        yield from (kind.labels[number % len(kind.labels)], *kind.labels)
    elif kind.category == "A":
        yield "{}"
        yield "{" + next(_plain(kind.part, (None, None), number, "a")) + "}"
    elif kind.range:
        one = f"[{number},{number + 1})" if kind.part in _INTEGERS else "empty"
        yield "{}" if kind.name.endswith("multirange") else one
    elif kind.category == "C":
        yield "(" + "," * (kind.fields - 1) + ")"
    else:
        found = _MODIFIER.search(kind.written)
        size = (int(found[1]), int(found[2] or 0)) if found else (None, None)
        yield from _plain(kind.name, size, number, label)


_INTEGERS = frozenset({"integer", "bigint", "smallint", "int4", "int8", "int2"})
_TEXTS = frozenset({"text", "varchar", "bpchar", "citext", "name"})
_FIXED: Mapping[str, tuple[str, ...]] = {
    "bool": ("false", "true"),
    "boolean": ("false", "true"),
    "json": ("{}", "[]", '"text"', "1", "true", "null"),
    "jsonb": ("{}", "[]", '"text"', "1", "true", "null"),
    "interval": ("1 day", "0", "1 hour"),
    "tsvector": ("word",), "tsquery": ("word",), "xml": ("<a/>",), "point": ("(1,2)",),
    "line": ("{1,2,3}",), "lseg": ("[(0,0),(1,1)]",), "box": ("((0,0),(1,1))",),
    "path": ("[(0,0),(1,1)]",), "polygon": ("((0,0),(1,1),(1,0))",), "circle": ("<(0,0),1>",),
    "hstore": ("",), "ltree": ("a",), "lquery": ("a",), "ltxtquery": ("a",), "char": ("a",),
    "jsonpath": ("$",), "regclass": ("pg_class",), "regtype": ("text",), "cube": ("(1)",),
    "geometry": ("POINT(1 2)",), "geography": ("POINT(1 2)",), "isbn": ("9780306406157",),
    "pg_snapshot": ("1:1:",), "txid_snapshot": ("1:1:",), "earth": ("(1)",),
    "regproc": ("now",), "regprocedure": ("now()",), "regrole": ("pg_monitor",),
    "regnamespace": ("pg_catalog",), "regconfig": ("simple",), "aclitem": ("=r/postgres",),
}  # fmt: skip


def _plain(name: str, size: tuple[Any, Any], number: int, label: str) -> Iterator[str]:
    if name in _TEXTS:
        yield from _texts(size[0], number, label)
    elif name in _FIXED:
        yield from _FIXED[name]
    elif name in _INTEGERS or name in ("oid", "xid8", "float4", "float8", "money"):
        # Below 32,768, so that a smallint takes it.
        yield from (str(number % 32000), "1", "0", "2", "10", "100", "-1")
    elif name == "numeric":
        whole = (size[0] - size[1]) if size[0] else 9
        yield from (str(number % 10**whole), "1", "0.5", "-1") if whole > 0 else ("0", "0.1")
    elif name in _MAKERS:
        yield from _MAKERS[name](size[0], number)
    elif name == "uuid" or "uuid" in name:
        yield str(uuid(number))
    else:
        yield label  # a type that is not in these tables


def uuid(number: int) -> UUID:
    """Return the uuid of a number, always the same and like no other's."""
    # A hash and no random number, so that another run makes the same rows.
    return UUID(bytes=sha256(f"schemaverify {number}".encode()).digest()[:16], version=4)


def _texts(size: int | None, number: int, label: str) -> Iterator[str]:
    size = size or 100_000
    short = f"{number:x}"
    for text in (label, short, f"user{number}@example.com", f"https://example.com/{number}", "a"):
        if len(text) <= size:
            yield text
    if size < len(short):
        yield short[-size:]


def _vector(size: int | None, number: int) -> Iterator[str]:
    """Yield a vector of length one, another for each number."""
    size = size or 3
    angle = 0.1 + number * 0.7
    turned = [math.cos(angle), math.sin(angle)] if size > 1 else [1.0]
    yield "[" + ",".join(f"{value:.6f}" for value in [*turned, *[0.0] * (size - 2)]) + "]"


def _sparse(size: int | None, number: int) -> Iterator[str]:
    size = size or 3
    yield f"{{{number % size + 1}:1}}/{size}"


def _bits(size: int | None, number: int) -> Iterator[str]:
    size = size or 1
    yield f"{number:0{size}b}"[-size:]
    yield "0" * size


def _moments(size: int | None, number: int) -> Iterator[str]:
    yield str(date(2030, 1, 1) + timedelta(days=number % 10_000))
    yield from ("2030-01-01", "2000-01-01", "2100-01-01", "2024-06-15", "1980-01-01")


def _clock(size: int | None, number: int) -> Iterator[str]:
    yield from ("12:00", "08:00", "20:00")


def _addresses(size: int | None, number: int) -> Iterator[str]:
    yield f"192.0.{number // 250 % 250}.{number % 250}"


def _hardware(size: int | None, number: int) -> Iterator[str]:
    yield ":".join(f"{number:012x}"[-12:][i : i + 2] for i in range(0, 12, 2))


def _long_hardware(size: int | None, number: int) -> Iterator[str]:
    yield ":".join(f"{number:016x}"[-16:][i : i + 2] for i in range(0, 16, 2))


def _bytes(size: int | None, number: int) -> Iterator[str]:
    yield blob(32, number)


def _positions(size: int | None, number: int) -> Iterator[str]:
    yield f"0/{number:X}"


_MAKERS = {
    "vector": _vector, "halfvec": _vector, "sparsevec": _sparse, "bit": _bits, "varbit": _bits,
    "timestamptz": _moments, "timestamp": _moments, "date": _moments, "time": _clock,
    "timetz": _clock, "inet": _addresses, "cidr": _addresses, "macaddr": _hardware,
    "macaddr8": _long_hardware, "bytea": _bytes, "pg_lsn": _positions,
}  # fmt: skip


def blob(length: int, number: int) -> str:
    """Return bytes of a length as PostgreSQL writes them, others for each number."""
    seed = sha256(str(number).encode()).hexdigest()
    return "\\x" + (seed * (length // 32 + 1))[: length * 2]


def as_text(value: Any, kind: Kind) -> str | None:
    """Return a value of a YAML file as the server reads it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if kind.category == "A" and isinstance(value, list):
        inner = Kind(kind.part, "", "", (), "", 0, ())
        texts = [as_text(one, inner) for one in value]
        parts = ["NULL" if text is None else in_double_quotes(text) for text in texts]
        return "{" + ",".join(parts) + "}"
    if isinstance(value, (list, dict)):
        import json

        return json.dumps(value, default=str)
    return str(value)


def in_double_quotes(text: str) -> str:
    """Return a text as an element of an array, or as a string of JSON."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
