"""The functions of one server that a rollback may not undo, and what calls them by itself."""

import re
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from typing import NamedTuple

from pytest_schemaverify.names import quoted
from pytest_schemaverify.reading import Reader

from .known import HARMLESS, OF_EXTENSIONS, REFUSED

_WORD = re.compile(r"[^\W\d][\w$]*")
_LONGEST = 63
"""Bytes of a name that the server keeps."""


class Risk(NamedTuple):
    """A function that may do what outlasts the transaction."""

    oid: int
    schema: str
    name: str
    arguments: str
    fewest: int
    """Arguments that a call gives at least, and at most; None for any number."""
    most: int | None
    volatile: bool
    visible: bool
    """Whether a name without a schema finds it."""
    takes_row: bool
    """Whether `row.name` may be a call of it."""
    operators: tuple[str, ...]
    """Those that call it."""
    casts: tuple[str, ...]
    """Names of types from or to which a cast calls it."""

    @property
    def written(self) -> str:
        """The function's name, as SQL."""
        return quoted(self.schema, self.name)


class Risks:
    """What is risky on a server, and what a text has to have to call it."""

    def __init__(self, risks: Iterable[Risk], behind: Iterable[str]) -> None:
        self.every = tuple(risks)
        self.behind = frozenset(behind)
        """Names of views, domains and functions behind which there are more texts."""
        self._plain: dict[str, list[Risk]] = {}
        self._others: list[tuple[str, Risk]] = []
        for risk in self.every:
            small = risk.name.lower()
            if risk.casts:  # there may be no word: `int4` is also `integer`, and may be implicit
                self._others.append(("", risk))
            elif _WORD.fullmatch(small):
                self._plain.setdefault(small, []).append(risk)
            else:
                self._others.append((small, risk))
            self._others += [(sign, risk) for sign in risk.operators]

    def only(self, wanted: Callable[[Risk], bool]) -> "Risks":
        """Return the same with some of the functions."""
        return Risks(filter(wanted, self.every), self.behind)

    def mentioned(self, text: str) -> tuple[list[Risk], list[str]]:
        """Return the functions that a text may call, and names behind which there are more texts.

        Only words are looked at, wherever they stand, so that nothing is missed. A name that is
        written with escapes (`U&"…"`) may be any.
        """
        lowered = text.lower()
        if 'u&"' in lowered:
            return list(self.every), list(self.behind)
        words = {_cut(word) for word in _WORD.findall(lowered)}
        risks = [risk for word in self._plain.keys() & words for risk in self._plain[word]]
        risks += [risk for part, risk in self._others if part in lowered]
        return risks, [name for name in self.behind if name in words or name.lower() in lowered]


def _cut(word: str) -> str:
    return word.encode()[:_LONGEST].decode(errors="ignore")


def read(reader: Reader) -> Risks:
    """Return what is risky, on an open transaction whose search_path is that of the texts."""
    query = files(__package__).joinpath("risks.sql").read_text(encoding="utf-8")
    rows = reader.rows(query, sorted(REFUSED), sorted(HARMLESS), sorted(OF_EXTENSIONS))
    risks = [Risk._make((*values, tuple(signs), tuple(types))) for *values, signs, types in rows]
    return Risks(risks, (name for (name,) in reader.rows(_BEHIND_NAMES)))


class Names(NamedTuple):
    """Names in a text behind which there may be more texts that are run."""

    relations: set[str]
    functions: set[str]
    types: set[str]
    """Types that values are made of: where a domain is, its checks are run."""
    parts: set[str]
    """Types that literals are read as before anything is run, of which others are a part."""


def behind(reader: Reader, names: Names) -> Iterator[tuple[str, str]]:
    """Yield what is called so, for people, and the query that reading or calling it runs."""
    yield from reader.rows(_BEHIND, *map(list, names))


_FOREIGN = "n.nspname <> all ('{pg_catalog,information_schema}')"
_PART_OF = """
    t.typbasetype = known.oid or t.typelem = known.oid
    or t.typrelid <> 0::oid and exists (
        select from pg_catalog.pg_attribute as a
        where a.attrelid = t.typrelid and a.attnum > 0 and a.atttypid = known.oid
    )
    or exists (
        select from pg_catalog.pg_range as r
        where r.rngtypid = t.oid and r.rngsubtype = known.oid
    )
"""
"""Whether values of the type `known` are a part of values of the type `t`."""
_BEHIND_NAMES = f"""
with recursive known (oid) as (
    select k.contypid from pg_catalog.pg_constraint as k
    join pg_catalog.pg_type as t on t.oid = k.contypid
    join pg_catalog.pg_namespace as n on n.oid = t.typnamespace where {_FOREIGN}
    union select t.oid from known join pg_catalog.pg_type as t on {_PART_OF}
)
select t.typname from known join pg_catalog.pg_type as t on t.oid = known.oid
union select c.relname from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'v' and {_FOREIGN}
union select p.proname from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where p.proargdefaults is not null and {_FOREIGN}
"""
_BEHIND = f"""
with recursive known (oid, name, is_run) as (
    select t.oid, n.nspname || '.' || t.typname,
        t.typname = any ($3::pg_catalog.text[]) or t.typtype <> 'd'
    from pg_catalog.pg_type as t join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
    where {_FOREIGN} and t.typname = any ($3::pg_catalog.text[] || $4::pg_catalog.text[])
    union select part.oid, known.name, true
    from known
    join pg_catalog.pg_type as known_type on known_type.oid = known.oid
    join pg_catalog.pg_type as part on exists (
        select from (select part.oid) as known, (select known_type.*) as t where {_PART_OF}
    )
)
select 'the type ' || known.name, 'select ' || pg_catalog.pg_get_expr(k.conbin, 0)
from known join pg_catalog.pg_constraint as k on k.contypid = known.oid
where known.is_run and k.conbin is not null
union all select 'the view ' || n.nspname || '.' || c.relname, pg_catalog.pg_get_viewdef(c.oid)
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'v' and {_FOREIGN} and c.relname = any ($1::pg_catalog.text[])
union all select 'a default of ' || n.nspname || '.' || p.proname,
    'select ' || pg_catalog.pg_get_expr(p.proargdefaults, 0)
from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where p.proargdefaults is not null and {_FOREIGN} and p.proname = any ($2::pg_catalog.text[])
"""
