"""How an aggregate is made: nothing alters what it is made of."""

from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.functions.aggregating import created
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.making import Making, described, dropped
from pytest_schemaverify.kinds.mentions import mentioned
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted


def _function(row: Row, catalog: Catalog) -> Row:
    """Return the function that is made of the parts of an aggregate."""
    return next(one for one in catalog.families["functions"].values() if one.aggregate is row)


def _create(whole: Whole) -> str:
    if whole.row is None or whole.row.ordered != "normal":
        return ""
    there = _function(whole.row, whole.catalog)
    name = f"{quoted(there.schema, there.name)}({there.arguments or '*'})"
    return created(whole.said, name, there.parallel)


def _described(whole: Whole) -> Iterator[str]:
    if whole.row is not None:
        there = _function(whole.row, whole.catalog)
        subject = Subject("functions", (there.schema, there.name, there.arguments), "")
        yield from described(subject, there, whole.catalog, there.comment)


def _drop(row: Row, catalog: Catalog) -> str:
    there = _function(row, catalog)
    return "" if mentioned(catalog, there.name) else dropped(there, "functions")


MAKING = Making(
    inside={"state_type": "-"},  # its functions are for the type
    create=_create,
    drop=_drop,
    needs=frozenset({"state_function", "state_type"}),
    then=lambda whole: list(_described(whole)),
)
