"""How a function is made: with the text that it has, for a file has but a hash of that."""

import re

from pytest_schemaverify.canonical import body_hash
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, dropped, listed, words
from pytest_schemaverify.kinds.whole import Whole, mentioned
from pytest_schemaverify.sql.names import literal, quoted

_QUOTE = "$function$"
_NONE, _EMPTY = '""', "''"
"""No schema, as the server prints it and as it reads it."""


def _create(whole: Whole) -> str:
    row, said = whole.row, whole.said
    if row is None or row.kind not in ("function", "procedure"):
        return ""
    if said.get("body", body_hash(row.source)).lower() != body_hash(row.source):
        return ""
    if row.language in ("c", "internal") or _QUOTE in row.source:
        return ""
    standard = row.source.lstrip().upper().startswith(("BEGIN ATOMIC", "RETURN"))
    text = row.source if standard else f"as {_QUOTE}{row.source}{_QUOTE}"
    # The text of an SQL function may have names that its callers' search_path finds.
    unread = "set check_function_bodies = off;\n" if row.language == "sql" else ""
    return unread + words(
        f"create {said.get('kind', 'function')} {quoted(row.schema, row.name)}"
        f"{listed(said.get('arguments', ()))}",
        whole.word("returns", "returns {}"),
        f"language {said['language']}",
        *map(str, _attributes(whole)),
        text,
    )


def _attributes(whole: Whole) -> list[str]:
    said = whole.said
    path = said.get("search_path")
    return [
        said.get("volatility", ""),
        "strict" if said.get("strict") else "",
        "security definer" if said.get("security") == "definer" else "",
        "leakproof" if said.get("leakproof") else "",
        whole.word("parallel", "parallel {}"),
        whole.word("cost", "cost {}"),
        whole.word("rows", "rows {}") if said.get("rows") else "",
        f"set search_path = {path.replace(_NONE, _EMPTY)}" if path is not None else "",
        *(f"set {name} = {literal(str(one))}" for name, one in said.get("settings", {}).items()),
    ]


def _unneeded(whole: Whole) -> bool:
    needed = whole.row is None or mentioned(whole.catalog, whole.row.name)
    return not needed and _same_types(whole)


def _drop(row: Row, catalog: Catalog) -> str:
    return "" if mentioned(catalog, row.name) else dropped(row, "functions")


def _same_types(whole: Whole) -> bool:
    """Return whether the function stays the one that it is, and others names or defaults differ."""
    row, texts = whole.row, whole.said.get("arguments", [])
    assert row is not None
    found = [one.type.rpartition(".")[2] for one in row.parameters if one.mode != "table"]
    plain = [re.split(r"\s+default\s", text, flags=re.IGNORECASE)[0] for text in texts]
    return len(found) == len(plain) and all(map(str.endswith, plain, found))


MAKING = Making(
    inside=dict.fromkeys(("kind", "language", "body", "returns"), "-"),
    create=_create,
    drop=_drop,
    again=_unneeded,
    needs=frozenset({"language"}),
)
