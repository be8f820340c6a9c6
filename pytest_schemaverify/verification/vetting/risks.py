"""Reads the functions of one server whose effects a rollback may not undo, and what calls them."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.sql.names import cut, quoted
from pytest_schemaverify.sql.queries import query

from .known_functions import HARMLESS, OF_EXTENSIONS, READING, REFUSED

_WORD = re.compile(r"[^\W\d][\w$]*")


class Risk(NamedTuple):
    """A function whose effects may outlast the transaction."""

    oid: int
    schema: str
    name: str
    arguments: str
    fewest: int
    """The smallest number of arguments of a call."""
    most: int | None
    """The largest number of arguments of a call; None for a variadic function."""
    volatile: bool
    visible: bool
    """Whether the search_path finds it without its schema."""
    takes_row: bool
    """Whether `row.name` may be a call of it."""
    operators: tuple[str, ...]
    """Operators that call it."""
    casts: tuple[str, ...]
    """Names of types from or to which a cast calls it."""

    @property
    def written(self) -> str:
        """The function's name, as SQL."""
        return quoted(self.schema, self.name)


class Risks:
    """The risky functions of a server, found by the words that a text needs to call them."""

    def __init__(self, risks: Iterable[Risk], behind: Iterable[str]) -> None:
        self.every = tuple(risks)
        self.behind: dict[str, set[str]] = {}
        """Names of views, types and functions behind which there are more texts, by lower case."""
        for name in behind:
            self.behind.setdefault(name.lower(), set()).add(name)
        self._odd = [name for name in self.behind if not _WORD.fullmatch(name)]
        self._plain: dict[str, list[Risk]] = {}
        self._others: list[tuple[str, Risk]] = []
        for risk in self.every:
            small = risk.name.lower()
            if risk.casts or risk.operators:
                # There may be no word: `int4` is also `integer`, `case a when b` also `a = b`.
                self._others.append(("", risk))
            elif _WORD.fullmatch(small):
                self._plain.setdefault(small, []).append(risk)
            else:
                self._others.append((small, risk))

    def only(self, wanted: Callable[[Risk], bool]) -> "Risks":
        """Return the same with some of the functions."""
        return Risks(filter(wanted, self.every), itertools.chain(*self.behind.values()))

    def mentioned(self, text: str) -> tuple[list[Risk], list[str]]:
        """Return the functions that a text may call, and names behind which there are more texts.

        Only words are looked at, also those in texts and comments, so that nothing is missed.
        """
        # Names without quotes are folded to lower case by the server; a name in quotes with
        # capitals is found as well, and told apart when the text is parsed.
        lowered = text.lower()
        # A name that is written with escapes (`U&"…"`) may be any name.
        if 'u&"' in lowered:
            return list(self.every), list(itertools.chain(*self.behind.values()))
        known = words(lowered)
        risks = [risk for word in self._plain.keys() & known for risk in self._plain[word]]
        risks += [risk for part, risk in self._others if part in lowered]
        known.update(name for name in self._odd if name in lowered)
        if any(name in lowered for name in READING):  # the type may be a value
            known.update(self.behind)
        return risks, [name for word in self.behind.keys() & known for name in self.behind[word]]


def words(text: str) -> set[str]:
    """Return the words of a text, cut as the server cuts names."""
    # A name may follow `$$a$$` without a space, and may have dollar signs itself.
    found = _WORD.findall(text)
    return {cut(part) for word in found for part in (word, *word.split("$"))}


def read(reader: Reader) -> Risks:
    """Return the risky functions, on an open transaction whose search_path is that of the texts."""
    asked = query(__package__, "risks")
    rows = reader.rows(asked, sorted(REFUSED), sorted(HARMLESS), sorted(OF_EXTENSIONS))
    risks = [Risk._make((*values, tuple(signs), tuple(types))) for *values, signs, types in rows]
    return Risks(risks, (name for (name,) in reader.rows(_BEHIND_NAMES)))


class Names(NamedTuple):
    """Names in a text behind which there may be more texts that are run."""

    relations: set[str]
    functions: set[str]
    types: set[str]
    """Types that values are made of; making a value of a domain runs the domain's checks."""
    parts: set[str]
    """Types that literals are read as before anything is run, of which others are a part."""


def behind(reader: Reader, names: Names) -> Iterator[tuple[str, str]]:
    """Yield the objects of these names, in words, and for each the query that using it runs."""
    yield from reader.rows(_BEHIND, *map(list, names))


_FOREIGN = "n.nspname <> all ('{pg_catalog,information_schema}')"
_PARTS = """
    parts (whole, part) as (
        select oid, typbasetype from pg_catalog.pg_type where typtype = 'd'
        union all select oid, typelem from pg_catalog.pg_type where typelem <> 0::oid
        union all select rngtypid, rngsubtype from pg_catalog.pg_range
        union all select c.reltype, a.atttypid from pg_catalog.pg_class as c
        join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
        where c.reltype >= 16384::oid and a.atttypid >= 16384::oid
    )
"""
"""Types, and those that values of them are made of."""
_KNOWN = f"""
    known (oid) as (
        select k.contypid from pg_catalog.pg_constraint as k
        join pg_catalog.pg_type as t on t.oid = k.contypid
        join pg_catalog.pg_namespace as n on n.oid = t.typnamespace where {_FOREIGN}
        union select parts.whole from known join parts on parts.part = known.oid
    ),
    given (oid) as (
        select oid from known
        union select c.casttarget from pg_catalog.pg_cast as c
        join pg_catalog.pg_proc as p on p.oid = c.castfunc
        where c.castcontext = 'i' and p.provolatile = 'v' and c.oid >= 16384::oid
    )
"""
"""Domains with checks and types that contain them; besides, types that implicit casts make."""
_BEHIND_NAMES = f"""
with recursive {_PARTS}, {_KNOWN}
select t.typname from known join pg_catalog.pg_type as t on t.oid = known.oid
union select c.relname from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'v' and {_FOREIGN}
union select p.proname from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where {_FOREIGN} and (
    p.proargdefaults is not null
    or p.proargtypes::oid[] && array(select oid from given)  -- not `exists`: this is made once
)
"""
_BEHIND = f"""
with recursive {_PARTS}, {_KNOWN}, named (oid, name, is_run) as (
    select t.oid, n.nspname || '.' || t.typname,
        t.typname = any ($3::pg_catalog.text[]) or t.typtype <> 'd'
    from pg_catalog.pg_type as t join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
    where {_FOREIGN} and t.typname = any ($3::pg_catalog.text[] || $4::pg_catalog.text[])
    union select parts.part, named.name, true from named join parts on parts.whole = named.oid
)
select 'the type ' || named.name, 'select ' || pg_catalog.pg_get_expr(k.conbin, 0)
from named join pg_catalog.pg_constraint as k on k.contypid = named.oid
where named.is_run and k.conbin is not null
union all select 'the view ' || n.nspname || '.' || c.relname, pg_catalog.pg_get_viewdef(c.oid)
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'v' and {_FOREIGN} and c.relname = any ($1::pg_catalog.text[])
union all select 'a default of ' || n.nspname || '.' || p.proname,
    'select ' || pg_catalog.pg_get_expr(p.proargdefaults, 0)
from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where p.proargdefaults is not null and {_FOREIGN} and p.proname = any ($2::pg_catalog.text[])
union all select 'an argument of ' || n.nspname || '.' || p.proname,
    'select null::' || pg_catalog.format('%I.%I', s.nspname, t.typname)
from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join given on given.oid = any (p.proargtypes::oid[])
join pg_catalog.pg_type as t on t.oid = given.oid
join pg_catalog.pg_namespace as s on s.oid = t.typnamespace
where {_FOREIGN} and p.proname = any ($2::pg_catalog.text[])
"""
