"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute, either

_COLUMN = "alter table {table} alter column {name} "


ATTRIBUTES: Mapping[str, Attribute] = {
    "compression": Attribute(
        since=14,
        summary="Long values of the column are compressed by the declared method.",
        fix=_COLUMN + "set compression {value};",
        reset=_COLUMN + "set compression default;",
        nothing="the default compression",
    ),
    # It changes with the table only, by `inherit` or by attaching it as a partition.
    "inherited": Attribute(
        summary="The column comes from a parent of the table, or does not.",
        shown=either("inherited"),
    ),
    # An option of a column is taken away with `reset`; no value of it stands for none.
    "n_distinct": Attribute(
        summary="The planner is told the declared number of distinct values.",
        fix=_COLUMN + "set (n_distinct = {value});",
        reset=_COLUMN + "reset (n_distinct);",
        shown="n_distinct {}",
        nothing="as many as `analyze` finds",
    ),
    "n_distinct_inherited": Attribute(
        summary="The planner is told the declared number of distinct values for children as well.",
        fix=_COLUMN + "set (n_distinct_inherited = {value});",
        reset=_COLUMN + "reset (n_distinct_inherited);",
        shown="n_distinct_inherited {}",
        nothing="as many as `analyze` finds",
    ),
    # A column comes to another place only when it is dropped and added again.
    "position": Attribute(
        summary="The column is at the declared place.",
        shown="column {}",
    ),
    # -1 takes the target away on every version; `default` does since PostgreSQL 17 only.
    "statistics": Attribute(
        summary="The column has the declared statistics target.",
        fix=_COLUMN + "set statistics {value};",
        reset=_COLUMN + "set statistics -1;",
        shown="statistics {}",
        nothing="the default target",
    ),
    "storage": Attribute(
        summary="Long values of the column are kept in the declared way.",
        fix=_COLUMN + "set storage {value};",
        shown="storage {}",
    ),
}
