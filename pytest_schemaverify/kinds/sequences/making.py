"""How a sequence is made."""

from pytest_schemaverify.catalog import Catalog, Row, granted
from pytest_schemaverify.kinds.making import Making, dropped, told, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import parts, quoted

_WORDS = {
    "type": "as {}", "increment": "increment by {}", "minimum": "minvalue {}",
    "maximum": "maxvalue {}", "start": "start with {}", "cache": "cache {}",
    "owned_by": "owned by {}",
}  # fmt: skip


def _create(whole: Whole) -> str:
    column = whole.said.get("owned_by")
    for row in whole.catalog.families["sequences"].values():
        # That of an identity is made with its column only, so it gets its name back.
        if column and row.schema == whole.key[0] and _same(row.owned_by, column):
            whole.said.heeded.update(whole.said)  # the rest has fixes of its own
            return f"alter sequence {quoted(row.schema, row.name)} rename to {whole.name};"
    if column and column != "none" and not _has_table(column, whole):
        return ""  # an identity makes its own; other tables are made first
    unlogged = "unlogged " if whole.said.get("persistence") == "unlogged" else ""
    return words(
        f"create {unlogged}sequence {whole.object}",
        *(whole.word(key, text) for key, text in _WORDS.items()),
        "cycle" if whole.said.get("cycle") else "",
    )


def _has_table(column: str, whole: Whole) -> bool:
    """Return whether the table of a column is there, which a file may name without its schema."""
    *around, table, _ = parts(column)
    key = (around[-1] if around else whole.key[0], table)
    return whole.catalog.find("tables", key) is not None


def _same(column: str, said: str) -> bool:
    return column == said or column.removeprefix("public.") == said


def _drop(row: Row, catalog: Catalog) -> str:
    if not row.owned_by:
        loses = f"the value that {quoted(row.schema, row.name)} has reached"
        return told(dropped(row, "sequences"), loses=loses)
    table, column = parts(row.owned_by)[-2:]
    if row.comment or granted(row.acl).keys() - {row.owner} or row.name != f"{table}_{column}_seq":
        return ""
    # It is dropped with its column only, so it becomes what the server makes for one.
    usual = "increment by 1 no minvalue no maxvalue start with 1 cache 1 no cycle"
    return f"alter sequence {quoted(row.schema, row.name)} {usual};"


MAKING = Making(
    drop=_drop,
    create=_create,
    again=lambda whole: False,
)
