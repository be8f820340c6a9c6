"""Values of a column that should not be there, for the checks of rows."""

from psycopg import sql

from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.sql.names import parts


def strays(
    column: str, subject: Subject, condition: sql.SQL, wrong: sql.Composable
) -> sql.Composed:
    """Return the query that counts rows with a wrong value, and has three of the values.

    `wrong` is the condition on a row `row_` of the table, limited to the rows of `condition`.
    """
    # The condition is the file's and names columns of the table alone, so it stays in a query of
    # its own, where `row_` does not reach.
    return sql.SQL(
        "select count(*), (pg_catalog.array_agg("
        "distinct row_.{column}::text order by row_.{column}::text))[1:3] "
        "from (select {column} from {table} where {condition}) as row_ where {wrong}"
    ).format(
        column=sql.Identifier(*parts(column)),
        table=sql.Identifier(*subject.key),
        condition=condition,
        wrong=wrong,
    )
