"""How a text search configuration is made; there is no `alter` for its parser."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.form import ABSENT
from pytest_schemaverify.kinds.making import Making, dropped
from pytest_schemaverify.kinds.mentions import QUERIES, mentioned
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import parts


def _create(whole: Whole) -> str:
    parser = parts(whole.said["parser"])[-1]
    parsers = {key[-1] for key in whole.catalog.families["text_search_parsers"]}
    if parser not in parsers | {"default"}:
        return ""
    named = f"text search configuration {whole.object}"
    lines = [f"create {named} (parser = {whole.said['parser']});"]
    tokens: dict[str, list[str]] = {}
    for token, dictionaries in whole.said.get("mappings", {}).items():
        tokens.setdefault(", ".join(dictionaries), []).append(token.lower())
    lines += [
        f"alter {named} add mapping for {', '.join(asked)} with {dictionaries};"
        for dictionaries, asked in tokens.items()
        if dictionaries not in ("", ABSENT)
    ]
    return "\n".join(lines)


def _drop(row: Row, catalog: Catalog) -> str:
    needed = mentioned(catalog, row.name, families=("columns", "indexes", *QUERIES))
    return "" if needed else dropped(row, "text_search_configurations")


# Mappings have fixes of their own; the parser may not know the tokens that one names.
MAKING = Making(create=_create, drop=_drop, needs=frozenset({"parser"}), inside={"mappings": "-"})
