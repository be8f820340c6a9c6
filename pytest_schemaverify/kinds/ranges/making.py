"""How a range type is made: nothing alters what it is made of."""

from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.making import Making, described
from pytest_schemaverify.kinds.types.making import as_range, drop
from pytest_schemaverify.kinds.whole import Heeded, Whole
from pytest_schemaverify.sql.names import quoted


def _create(whole: Whole) -> str:
    said, there = whole.said, whole.row
    if there is not None and said["subtype"] != there.subtype:  # the rest was for that one
        own = set() if whole.entry is None else whole.entry.model_fields_set
        said = Heeded({key: said[key] for key in said if key in own})
    return as_range(quoted(*whole.key), said)


def _type(row: Row, catalog: Catalog) -> Row:
    """Return the type that is made of a range."""
    return next(one for one in catalog.families["types"].values() if one.range is row)


def _drop(row: Row, catalog: Catalog) -> str:
    return drop(_type(row, catalog), catalog)


def _described(whole: Whole) -> Iterator[str]:
    if whole.row is not None:
        there = _type(whole.row, whole.catalog)
        subject = Subject("types", (there.schema, there.name), "")
        yield from described(subject, there, whole.catalog, there.comment)


MAKING = Making(
    inside={"canonical": "-"},  # its function takes the type, which has to be there before
    create=_create,
    drop=_drop,
    needs=frozenset({"subtype"}),
    then=lambda whole: list(_described(whole)),
)
