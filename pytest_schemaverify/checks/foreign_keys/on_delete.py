from collections.abc import Iterator

from pytest_schemaverify.catalog import Constraint
from pytest_schemaverify.checks.foreign_keys import replaced, shown
from pytest_schemaverify.findings import Finding
<<<<<<< ours
from pytest_schemaverify.names import quoted, single, split
=======
from pytest_schemaverify.spec import Entry
>>>>>>> theirs


def check(expected: str, actual: Constraint, entry: Entry) -> Iterator[Finding]:
    """The declared action is taken when the referenced row is deleted."""
<<<<<<< ours
    if _parts(actual.on_delete) != _parts(expected):
        fix = replaced(actual, on_delete=expected, on_update=actual.on_update)
        yield Finding(expected=expected, actual=actual.on_delete, fix=fix)


def _parts(action: str) -> tuple[str, frozenset[str]]:
    """Return the action and the columns that it is for, where it is not for all of them."""
    words, _, columns = action.partition("(")
    return words.strip(), frozenset(quoted(single(name)) for name in split(columns.rstrip(")")))
=======
    # All columns are meant where none are named.
    some = actual.on_delete_columns if "on_delete_columns" not in entry.model_fields_set else ()
    if actual.on_delete != expected or some:
        fix = replaced(actual._replace(on_delete=expected, on_delete_columns=()))
        yield Finding(expected=expected, actual=shown(actual.on_delete, some), fix=fix)
>>>>>>> theirs
