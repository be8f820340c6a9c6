from collections.abc import Iterator, Sequence

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.views.row import View
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.statements import Unparsed

from .reached import Piece, Reached
from .user_metadata import columns_with_it, mentioned

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, policy_scope: frozenset[str]) -> Iterator[Finding]:
    """No policy, and nothing that it calls, trusts `user_metadata`, which every user can edit."""
    reached = Reached(catalog)
    for policy in catalog.families["policies"].values():
        if policy.schema not in policy_scope:
            continue
        pieces = [*reached.by(policy.using, policy.with_check)]
        if actual := next(_trusted(pieces, reached), ""):
            yield Finding(
                expected="what users cannot edit, such as app_metadata",
                actual=actual,
                subject=quoted(policy.schema, policy.table, policy.name),
            )


def _trusted(pieces: Sequence[Piece], reached: Reached) -> Iterator[str]:
    """Yield what users can edit of what a policy reads, and where."""
    words: set[str] = set()
    for piece in pieces:
        if isinstance(piece.row, View):
            continue
        words |= {token.name for token in piece.tokens}
        if found := mentioned(piece.tokens):
            yield f"{found}{piece.where}"
    views = [piece for piece in pieces if isinstance(piece.row, View)]
    for piece in views:
        columns = _editable(piece, reached)
        if columns is None or columns & words:
            yield f"user_metadata{piece.where}"


def _editable(piece: Piece, reached: Reached) -> frozenset[str] | None:
    """Return the columns of a view that hold what users can edit; None where all depend on it."""
    known: set[str] = set()
    for row in reached.named(piece.tokens):
        if isinstance(row, View):
            of_other = _editable(Piece(row.definition, row), reached)
            if of_other is None:
                return None
            known |= of_other
    try:
        return columns_with_it(piece.text, known)
    except Unparsed:  # the server may be newer than the parser
        return None if mentioned(piece.tokens) else frozenset()
