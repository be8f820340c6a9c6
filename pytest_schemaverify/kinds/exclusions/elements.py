import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.indexes.columns import key_shown, same_keys
from pytest_schemaverify.sql.names import masked

from .index import index_of

# SQL has two spellings, `with =` and `with operator(pg_catalog.=)`. The last `with` is meant.
_OPERATOR = re.compile(r"\bwith\s+(?:operator\s*)?(?P<operator>\S+)\s*$", re.IGNORECASE)


def check(
    expected: list[str], actual: Constraint, same: Same, catalog: Catalog
) -> Iterator[Finding]:
    """No two rows fulfil all the declared operators at once."""
    pairs = [_pair(text) for text in expected]
    index = index_of(actual, catalog)
    operators = tuple(operator for _, operator in pairs)
    keys = [key for key, _ in pairs]
    if operators != actual.operators or not same_keys(keys, index, same, catalog):
        shown = key_shown(index, catalog)
        yield Finding(
            expected=", ".join(expected),
            actual=", ".join(map(" with ".join, zip(shown, actual.operators, strict=True))),
        )


def _pair(text: str) -> tuple[str, str]:
    """Return the key and the operator of `room with =`, the operator without its schema."""
    match = _OPERATOR.search(masked(text))
    if match is None:
        raise CannotDetermine(
            f"reading the element `{text}`",
            because="it has no operator",
            remedy="write it as in `exclude using gist (room with =)`",
        )
    operator = text[slice(*match.span("operator"))]
    # The snapshot has operators without their schema, so that of the file is left out as well.
    return text[: match.start()].strip(), operator.strip("()").rpartition(".")[2]
