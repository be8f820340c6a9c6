"""How a function is made: with the text that it has, for a file has but a hash of that."""

import re

from pytest_schemaverify.canonical import body_hash
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.functions.aggregating import created
from pytest_schemaverify.kinds.making import Making, dropped, listed, words
from pytest_schemaverify.kinds.mentions import mentioned
from pytest_schemaverify.kinds.setting import assignment
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.language.base import Entry
from pytest_schemaverify.language.matchers import shown
from pytest_schemaverify.sql.names import quoted

_QUOTE = "$function$"
_DEFAULT = re.compile(r"\s+default\s|\s*=\s*", re.IGNORECASE)


def _create(whole: Whole) -> str:
    if whole.row is None and whole.said.get("kind") == "aggregate":
        return _aggregate(whole)
    row, said = _with_text(whole), whole.said
    if row is None or row.kind not in ("function", "procedure"):
        return ""
    if row.language in ("c", "internal") or _QUOTE in row.source:
        return ""
    standard = row.source.lstrip().upper().startswith(("BEGIN ATOMIC", "RETURN"))
    text = row.source if standard else f"as {_QUOTE}{row.source}{_QUOTE}"
    kind = said.get("kind", row.kind)
    if "language" not in said:
        return ""
    if kind == "procedure" and said.get("volatility", "volatile") != "volatile":
        return ""
    way = "create or replace" if _replaces(whole) else "create"
    made = words(
        f"{way} {kind} {quoted(*whole.key[:2])}{listed(said.get('arguments', ()))}",
        whole.word("returns", "returns {}"),
        f"language {said['language']}",
        *map(str, _attributes(whole)),
        text,
    )
    if row.language != "sql":
        return made
    # Its text may have names that only the search_path of its callers finds.
    return f"set check_function_bodies = off;\n{made}\nreset check_function_bodies;"


def _aggregate(whole: Whole) -> str:
    """Return the statement for an aggregate that is missing; "" where a file lacks its parts."""
    parts, said = getattr(whole.entry, "aggregate", None), whole.said
    if not isinstance(parts, Entry) or not {"arguments"} <= said.keys():
        return ""
    values = {key: getattr(parts, key) for key in parts.model_fields_set}
    if not {"state_function", "state_type"} <= values.keys():
        return ""
    name = f"{quoted(*whole.key[:2])}({', '.join(said['arguments']) or '*'})"
    return created(values, name, said.get("parallel", "unsafe"))


def _with_text(whole: Whole) -> Row | None:
    """Return the function, or another one, if it has the text that the entry has the hash of."""
    said = whole.said.get("body")
    if whole.row is None and not {"body", "arguments", "returns"} <= whole.said.keys():
        return None
    others = whole.catalog.families["functions"].values() if whole.row is None else [whole.row]
    return next(
        (one for one in others if said is None or body_hash(one.source) == said.lower()), None
    )


def _attributes(whole: Whole) -> list[str]:
    said = whole.said
    path = said.get("search_path")
    return [
        "" if said.get("kind") == "procedure" else said.get("volatility", ""),
        "strict" if said.get("strict") else "",
        "security definer" if said.get("security") == "definer" else "",
        "leakproof" if said.get("leakproof") else "",
        whole.word("parallel", "parallel {}"),
        whole.word("cost", "cost {}"),
        whole.word("rows", "rows {}") if said.get("rows") else "",
        whole.word("support", "support {}"),
        assignment("search_path", path) if path is not None else "",
        *(assignment(name, shown(one)) for name, one in said.get("settings", {}).items()),
    ]


def _replaces(whole: Whole) -> bool:
    """Return whether `create or replace` changes it: other objects need not be dropped then."""
    row, said = whole.row, whole.said
    if row is None or said.get("kind", row.kind) != row.kind:
        return False
    if any(one.mode != "in" for one in row.parameters):
        return False
    texts = said.get("arguments", [])
    there = [" ".join(filter(None, (one.name, one.type))) for one in row.parameters]
    # A default that is there can become another one, and is not taken away.
    kept = all(one.default is None or _DEFAULT.search(text)
               for one, text in zip(row.parameters, texts, strict=False))  # fmt: skip
    same = there == [_DEFAULT.split(text)[0].strip() for text in texts]
    return same and kept and said.get("returns", row.returns).lower() == row.returns.lower()


def _again(whole: Whole) -> bool:
    return _replaces(whole) or _unneeded(whole)


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
    plain = [_DEFAULT.split(text)[0] for text in texts]
    return len(found) == len(plain) and all(map(str.endswith, plain, found))


MAKING = Making(
    inside=dict.fromkeys(("kind", "language", "body", "returns"), "-"),
    create=_create,
    drop=_drop,
    replaces=_replaces,
    again=_again,
)
