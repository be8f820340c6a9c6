"""Values of any type, as text that the server takes for one."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from pytest_schemaverify.behaviour.access.rows.kinds import Kind

_MODIFIER = re.compile(r"\((\d+)(?:,(\d+))?\)")
_INTEGERS = frozenset({"integer", "bigint", "smallint", "int4", "int8", "int2"})
_NUMBERS = _INTEGERS | {"oid", "xid", "cid", "xid8", "float4", "float8", "money", "cube", "earth"}
_TEXTS = frozenset({"text", "varchar", "bpchar", "citext", "name"})
_FIXED: Mapping[str, tuple[str, ...]] = {
    "bool": ("false", "true"),
    "boolean": ("false", "true"),
    "json": ("{}", "[]", '"text"', "1", "true", "null", "[1]", '["text"]', "[{}]"),
    "jsonb": ("{}", "[]", '"text"', "1", "true", "null", "[1]", '["text"]', "[{}]"),
    "interval": ("1 day", "0", "1 hour", "1 minute", "30 days", "1 year", "100 years", "-1 day"),
    "tsquery": ("word",), "xml": ("<a/>",), "lquery": ("a",), "ltxtquery": ("a",),
    "hstore": ("", "a=>1"), "char": ("a",), "jsonpath": ("$",), "regclass": ("pg_class",),
    "regtype": ("text",), "geometry": ("POINT(1 2)",), "geography": ("POINT(1 2)",),
    "isbn": ("9780306406157",), "pg_snapshot": ("1:1:",), "txid_snapshot": ("1:1:",),
    "regproc": ("now",), "regprocedure": ("now()",), "regrole": ("pg_monitor",),
    "regnamespace": ("pg_catalog",), "regconfig": ("simple",), "aclitem": ("=r/postgres",),
    "regoper": ("||/",), "regoperator": ("+(integer,integer)",), "regdictionary": ("simple",),
    "regcollation": ('"C"',), "int2vector": ("1 2",), "oidvector": ("1 2",), "tid": ("(0,1)",),
}  # fmt: skip


def candidates(kind: Kind, number: int, label: str) -> Iterator[str]:
    """Yield texts that are values of a type, the most ordinary first.

    `number` makes them differ from one another; `label` is what a text says.
    """
    if kind.labels:
        yield from (kind.labels[number % len(kind.labels)], *kind.labels)
    elif kind.category == "A" and kind.name not in _FIXED:
        element = kind.inner[0]
        one = next(candidates(element, number, "a"))
        other = next(candidates(element, number + 1, "b"))
        yield from ("{}", array([one]), array([one, other]))
    elif kind.range:
        multiple = kind.name.endswith("multirange")
        for text in ranges(kind.inner[0], number):
            yield f"{{{text}}}" if multiple else text
        yield "{}" if multiple else "empty"
    elif kind.category == "C":
        yield composite([None] * len(kind.inner))
        yield composite([next(candidates(one, number, "a"), None) for one in kind.inner])
    else:
        found = _MODIFIER.search(kind.written)
        size = (int(found[1]), int(found[2] or 0)) if found else (None, None)
        yield from _plain(kind.name, size, number, label)


def array(texts: list[str]) -> str:
    """Return an array of these elements."""
    return "{" + ",".join(map(in_double_quotes, texts)) + "}"


def composite(texts: list[str | None]) -> str:
    """Return a value of a composite type with these fields."""
    fields = ("" if text is None else in_double_quotes(text) for text in texts)
    return "(" + ",".join(fields) + ")"


def ranges(subtype: Kind, number: int) -> Iterator[str]:
    """Yield ranges that are not empty: short ones first, which overlap with no other number's."""
    if subtype.name in _INTEGERS | {"numeric", "float4", "float8"}:
        yield from (f"[{number},{number + more})" for more in (1, 2, 7, 30, 100))
        yield from (f"[{number},)", f"(,{number})", "[1,10)", "[0.2,0.8)")
    elif subtype.category == "D":
        day = date(2030, 1, 1) + timedelta(days=number % 10_000)
        later = [f"{day} 01:00", f"{day} 00:15", day + timedelta(1), day + timedelta(7)]
        # As dates the first two end where they begin.
        for end in (later if subtype.name != "date" else later[2:]) + [day + timedelta(30)]:
            yield f"[{day},{end})"
        yield from (f"[{day},)", f"(,{day})")
    else:
        for text in candidates(subtype, number, "a"):
            yield f"[{in_double_quotes(text)},{in_double_quotes(text)}]"


def _plain(name: str, size: tuple[Any, Any], number: int, label: str) -> Iterator[str]:
    if name in _TEXTS:
        yield from _texts(size[0], number, label)
    elif name in _FIXED:
        yield from _FIXED[name]
    elif name in _NUMBERS:
        # Below 32,768, so that a smallint takes it.
        yield from (str(number % 32000), "1", "0", "2", "10", "100", "-1")
        yield from map(str, (-(number % 32000), 3, 4, 5, 6, 7, 8, 9, 20, 50, 1000))
    elif name == "numeric":
        whole = (size[0] - size[1]) if size[0] else 9
        yield from (str(number % 10**whole), "1", "0.5", "-1") if whole > 0 else ("0", "0.1")
        yield from (f"0.{number % 100:02}", "0.25", "0.2", "0.4", f"-{number % 10**whole}")
    elif name in _MAKERS:
        yield from _MAKERS[name](size[0], number)
    elif name == "uuid" or "uuid" in name:
        yield from (str(uuid(number + more)) for more in range(6))
    else:
        yield label  # a type that is not in these tables


def uuid(number: int) -> UUID:
    """Return the uuid of a number, always the same and like no other's."""
    # A hash and no random number, so that another run makes the same rows.
    return UUID(bytes=sha256(f"schemaverify {number}".encode()).digest()[:16], version=4)


def _texts(size: int | None, number: int, label: str) -> Iterator[str]:
    size = size or 100_000
    short = f"{number:x}"
    for text in (
        label, short, f"user{number}@example.com", f"https://example.com/{number}", "a",
        f"a{number}", f"A{number}", f"{number}", label.upper(), label.title(), "A", "1",
    ):  # fmt: skip
        if len(text) <= size:
            yield text
    if size < len(short):
        yield from (short[-size:], f"{number}"[-size:], letters(number, size))


def letters(number: int, size: int) -> str:
    """Return a word of some letters that differs from number to number."""
    return "".join(chr(97 + number // 26**place % 26) for place in reversed(range(size)))


def vector(size: int | None, number: int) -> Iterator[str]:
    """Yield a vector of length one, another for each number."""
    size = size or 3
    angle = 0.1 + number * 0.7
    turned = [math.cos(angle), math.sin(angle)] if size > 1 else [1.0]
    yield "[" + ",".join(f"{value:.6f}" for value in [*turned, *[0.0] * (size - 2)]) + "]"


def sparse(size: int | None, number: int) -> Iterator[str]:
    """Yield a sparse vector of length one."""
    size = size or 3
    yield f"{{{number % size + 1}:1}}/{size}"


def bits(size: int | None, number: int) -> Iterator[str]:
    """Yield bits: those of a number, none, and all."""
    size = size or 1
    yield f"{number:0{size}b}"[-size:]
    yield from ("0" * size, "1" * size)


def _moments(size: int | None, number: int) -> Iterator[str]:
    day = date(2030, 1, 1) + timedelta(days=number % 10_000)
    yield from (str(day), "2030-01-01", "2000-01-01", "2100-01-01", "2024-06-15", "1980-01-01")
    # The words are values too; they are near those of the columns that have now() as default.
    yield from (str(day + timedelta(1)), f"{day} 00:30", f"{day} 01:00", "tomorrow", "yesterday")
    yield from (str(day + timedelta(more)) for more in range(2, 7))


def _clock(size: int | None, number: int) -> Iterator[str]:
    yield from ("12:00", "08:00", "20:00", "12:30", "10:00", "00:00", "23:59")


def _addresses(size: int | None, number: int) -> Iterator[str]:
    net = f"192.{number // 60_000 % 250}.{number // 250 % 250}"
    yield from (f"{net}.{number % 250}", f"2001:db8::{number:x}"[-19:], f"10.0.0.{number % 250}")


def _networks(size: int | None, number: int) -> Iterator[str]:
    net = f"10.{number // 250 % 250}.{number % 250}"
    yield from (f"{net}.0/24", f"{net}.1", f"10.{number % 250}.0.0/16", "10.0.0.0/16")
    yield f"2001:db8:{number:x}::/48"


def _hardware(size: int | None, number: int) -> Iterator[str]:
    yield ":".join(f"{number:012x}"[-12:][i : i + 2] for i in range(0, 12, 2))


def _long_hardware(size: int | None, number: int) -> Iterator[str]:
    yield ":".join(f"{number:016x}"[-16:][i : i + 2] for i in range(0, 16, 2))


def _bytes(size: int | None, number: int) -> Iterator[str]:
    yield blob(32, number)


def _positions(size: int | None, number: int) -> Iterator[str]:
    yield f"0/{number:X}"


def _words(*forms: str) -> Callable[[int | None, int], Iterator[str]]:
    """Return what yields texts with the number in them; `far` keeps shapes from overlapping."""

    def made(size: int | None, number: int) -> Iterator[str]:
        yield from (one.format(number, far=10 * number, end=10 * number + 1) for one in forms)

    return made


_MAKERS: Mapping[str, Callable[[int | None, int], Iterator[str]]] = {
    "vector": vector, "halfvec": vector, "sparsevec": sparse, "bit": bits, "varbit": bits,
    "timestamptz": _moments, "timestamp": _moments, "date": _moments, "time": _clock,
    "timetz": _clock, "inet": _addresses, "cidr": _networks, "macaddr": _hardware,
    "macaddr8": _long_hardware, "bytea": _bytes, "pg_lsn": _positions,
    "point": _words("({far},2)", "(0.{},1)"), "line": _words("{{1,2,{far}}}"),
    "lseg": _words("[({far},0),({end},1)]"), "box": _words("(({end},1),({far},0))"),
    "path": _words("[({far},0),({end},1)]"), "circle": _words("<({far},0),1>"),
    "polygon": _words("(({far},0),({end},1),({end},0))"),
    "tsvector": _words("word{}"), "ltree": _words("a.b{}"),
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
        texts = [as_text(one, kind.inner[0]) for one in value]
        parts = ["NULL" if text is None else in_double_quotes(text) for text in texts]
        return "{" + ",".join(parts) + "}"
    if isinstance(value, (list, dict)):
        import json

        return json.dumps(value, default=str)
    return str(value)


def in_double_quotes(text: str) -> str:
    """Return a text as an element of an array, or as a string of JSON."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
