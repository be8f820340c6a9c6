"""What is not told as unsaid, because it follows from something that is told or said."""

from collections.abc import Iterable, Iterator

from pytest_schemaverify.catalog import Catalog, Key
from pytest_schemaverify.kinds.form import form_of
from pytest_schemaverify.kinds.whole import said_by
from pytest_schemaverify.kinds.written import Written
from pytest_schemaverify.sql.names import parts
from pytest_schemaverify.verification.unsaid import Unsaid


def told(every: Iterable[Unsaid], catalog: Catalog) -> Iterator[Unsaid]:
    """Yield what is told: each thing once, where it begins.

    A column that a table has from its parent, and NOT NULL of one, can be changed in the parent
    only, and the name of a NOT NULL goes away with it.
    """
    found = list(every)
    known = {_of_column(one) for one in found}
    for one in found:
        if not _goes_without_saying(one) and not _follows(_of_column(one), known, catalog):
            yield one


Known = tuple[Key, str]
"""A column, and a key of it; "" for all of it."""


def _of_column(one: Unsaid) -> Known | None:
    """Return which key of a column is unsaid; None for anything else."""
    if one.key == "columns" and isinstance(one.value, Written) and not one.own:
        return one.value.subject.key, ""
    return (one.subject.key, one.key) if one.subject.family == "columns" else None


def _follows(one: Known | None, known: set[Known | None], catalog: Catalog) -> bool:
    if one is None:
        return False
    column, key = one
    if key == "not_null":
        return (column, "nullable") in known
    if key not in ("", "nullable"):
        return False
    return any(((*parent, column[-1]), key) in known for parent in _above(column[:2], catalog))


def _above(key: Key, catalog: Catalog) -> Iterator[Key]:
    """Yield the keys of the tables that a table inherits from, or is a partition of."""
    row = catalog.find("tables", key)
    for parent in () if row is None else filter(None, (*row.inherits, row.partition_of)):
        yield parts(parent)
        yield from _above(parts(parent), catalog)


def _goes_without_saying(one: Unsaid) -> bool:
    """Return whether PostgreSQL gives the value by itself to an object that is as its entry says.

    So the start of a sequence is its lowest value, of which the entry may say more.
    """
    if one.of is None or one.name:
        return False
    form = form_of(one.of.model.family)
    if not callable(form.usual.get(one.key)):
        return False
    given = {**one.of.usual, **one.of.said, **said_by(one.place[1])}
    return form.goes_without_saying(one.key, one.value, given)
