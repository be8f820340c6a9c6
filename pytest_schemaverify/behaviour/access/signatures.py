"""How a function is called: with types in place of those that stand for any, variadic ones last."""

from collections.abc import Iterable, Iterator, Sequence

from psycopg import sql

_ANY = ("anyelement", "anynonarray", "anycompatible", "anycompatiblenonarray", '"any"', "record")
_ARRAYS = ("anyarray", "anycompatiblearray")
_RANGES = ("anyrange", "anycompatiblerange")
_MULTIRANGES = ("anymultirange", "anycompatiblemultirange")
_USUAL = ("text", "uuid", "integer")
MOST = 6
"""Row types that are tried for one signature."""


def concrete(
    types: Sequence[str], enums: Iterable[str], rows: Iterable[str]
) -> Iterator[tuple[str, ...]]:
    """Yield types to call a function with: its own, or others for those that stand for any.

    All that stand for any are of one type at a time: a usual one, one of `enums`, or the type of
    the `rows` of a table.
    """
    if not set(types) & {"anyenum", *_ANY, *_ARRAYS, *_RANGES, *_MULTIRANGES}:
        yield tuple(types)
        return
    # A function that reads any table is told which by the type of its argument.
    bases = [*[*rows][:MOST], *(() if "record" in types else _USUAL)]
    if "anyenum" in types:
        bases = list(enums)[:MOST]
    elif {*_RANGES, *_MULTIRANGES} & set(types):
        bases = ["integer"]
    for base in bases:
        yield tuple(_chosen(type_, base) for type_ in types)


def _chosen(type_: str, base: str) -> str:
    if type_ in _ARRAYS:
        return f"{base}[]"
    if type_ in _RANGES:
        return "int4range"
    if type_ in _MULTIRANGES:
        return "int4multirange"
    return base if type_ in (*_ANY, "anyenum") else type_


def listed(arguments: Sequence[sql.Composable], *, variadic: bool) -> sql.Composed:
    """Return the arguments of a call; the last one of a variadic function is an array."""
    items = [*arguments]
    if variadic and items:
        items[-1] = sql.SQL("variadic {}").format(items[-1])
    return sql.SQL(", ").join(items)
