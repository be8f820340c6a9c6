"""The parts of aggregate functions."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.functions.naming import by_arguments, by_signature
from pytest_schemaverify.kinds.kind import Kind, Subject


def _of_function(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    # An aggregate has a row in pg_proc as well, which has its name and the types of its arguments.
    function = by_signature(catalog, subject, server)
    return function and function.aggregate


FAMILY = Kind(
    category="function security",
    mark="functions",
    noun="aggregate",
    exists="The function is an aggregate.",
    families=("functions",),
    row_kind="aggregate",
    find=_of_function,
    shown=by_arguments,
)
