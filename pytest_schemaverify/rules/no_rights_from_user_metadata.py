import re
from collections.abc import Iterator

from pytest_schemaverify.behaviour.routines import Write, written
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.statements import Unparsed

from .reached import Piece, Reached
from .trusted_values import POWERFUL, Trusted
from .user_metadata import mentioned

USE = Use(category="function security", exempting=True)


def check(
    catalog: Catalog, scope: frozenset[str], policy_scope: frozenset[str]
) -> Iterator[Finding]:
    """No function stores what users say about themselves where policies find their rights."""
    reached = Reached(catalog)
    for function in reached.functions(scope, policy_scope):
        known = function.language in ("sql", "plpgsql")
        if not known or not mentioned(Piece(function.source).tokens):
            continue
        try:
            columns = dict.fromkeys(_rights(function, catalog, reached))
        except Unparsed as error:
            yield Finding(
                expected="a body that can be read",
                actual=f"not checked: {error.reason}",
                subject=own_name(function),
                hint="look at it, then say under `except` why it is right",
            )
            continue
        for column in columns:
            yield Finding(
                expected=f"{column} from what users cannot edit, or its default",
                actual="what they say about themselves, from user_metadata",
                subject=own_name(function),
                hint="raw_app_meta_data is set by the service alone",
            )


def _rights(function: Function, catalog: Catalog, reached: Reached) -> Iterator[str]:
    """Yield the columns that decide about rights and get what users say about themselves."""
    for write in Trusted(written(function)).writes():
        for column in _columns(write, function, catalog):
            if _decides(column, catalog, reached) and not _is_limited(column, catalog):
                yield quoted(column.schema, column.table, column.name)


def _columns(write: Write, function: Function, catalog: Catalog) -> Iterator[Row]:
    """Yield the columns that a write may be of; a name without a schema may be of any."""
    tables = {key for key in catalog.families["tables"] if key[-len(write.table) :] == write.table}
    if not write.table:
        own = f"{function.schema}.{function.name}("
        triggers = catalog.families["triggers"].values()
        tables = {(one.schema, one.table) for one in triggers if one.function.startswith(own)}
    for table in sorted(tables):
        for column in catalog.of_table("columns", *table):
            if write.column == column.name or (not write.column and write.place == column.position):
                yield column


_RIGHTS = re.compile(
    r"(?:^|_)(?:roles?|is_\w*admin|admin|superuser|staff|plan|tier|permissions?|scopes|"
    r"credits|balance|tenant|verified|approved|raw_app_meta_data|"
    r"(?:org|organi[sz]ation|tenant|team|company|workspace|account|group|club)_?ids?)$"
)
"""Names of columns that decide what somebody may do, or whose rows they have."""
_HARMLESS = re.compile(r"name|avatar|email|phone|locale|language|time_?zone|bio|website|url|^id$")


def _decides(column: Row, catalog: Catalog, reached: Reached) -> bool:
    """Return whether a column decides about rights: by its name, or because a policy reads it."""
    if _RIGHTS.search(column.name):
        return True
    if _HARMLESS.search(column.name):
        return False
    for policy in catalog.families["policies"].values():
        own = (policy.schema, policy.table) == (column.schema, column.table)
        for piece in reached.by(policy.using, policy.with_check):
            words = {token.name for token in piece.tokens}
            if column.name in words and ((own and piece.row is None) or column.table in words):
                return True
    return False


def _is_limited(column: Row, catalog: Catalog) -> bool:
    """Return whether the column's type or a constraint admits none of the values that give more."""
    types = catalog.families["types"].values()
    admitted = [
        label
        for one in types
        for label in one.labels
        if column.type == quoted(one.schema, one.name)
    ]
    for one in catalog.of_table("constraints", column.schema, column.table):
        if one.kind == "check" and one.columns == (column.name,):
            admitted += re.findall(r"'([^']*)'", one.expression or "")
    return bool(admitted) and not any(map(POWERFUL.search, admitted))
