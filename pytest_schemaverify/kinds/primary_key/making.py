"""How a primary key is made anew: `alter constraint` defers foreign keys only."""

from typing import TYPE_CHECKING

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.constraints.referring import referring
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql.names import key_columns, literal, quoted

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry


def remade(key: Constraint, entry: "Entry | None", catalog: Catalog) -> str:
    """Return the statement that makes it as an entry says and, where that says nothing, as it is.

    It is "" where foreign keys refer to it.
    """
    if referring(key, catalog):
        return ""
    said = {} if entry is None else {name: getattr(entry, name) for name in entry.model_fields_set}
    index = catalog.find("indexes", (key.schema, key.table, key.name))
    columns = said.get("columns")
    include = said.get("include", map(quoted, index.include if index is not None else ()))
    included = ", ".join(include)
    deferred = said.get("initially_deferred", key.deferred)
    waits = deferred or said.get("deferrable", key.deferrable)
    table, name = quoted(key.schema, key.table), quoted(key.name)
    texts = [
        f"primary key ({', '.join(columns) if columns else key_columns(key.key)})",
        f"include ({included})" if included else "",
        f"with ({', '.join(index.options)})" if index is not None and index.options else "",
        "deferrable" if waits else "",
        "initially deferred" if deferred and said.get("deferrable") is not False else "",
    ]
    definition = " ".join(filter(None, texts))
    risk = f"locks {table} while its index is built"
    made = f"alter table {table}\n  drop constraint {name},\n  add constraint {name} {definition};"
    marks = [f"comment on constraint {name} on {table} is {literal(key.comment)};"] * bool(
        key.comment
    )
    if index is not None and index.clustered:
        marks.append(f"alter table {table} cluster on {name};")
    if index is not None and index.replica_identity:
        marks.append(f"alter table {table} replica identity using index {name};")
    return "\n".join([f"{made} -- {risk}", *marks])
