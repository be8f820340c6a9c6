"""What was meant by a key that is not known: by its meaning, its place, its letters."""

import re
from typing import Any

from pydantic import BaseModel, ValidationError

from .misplaced import as_name, column, in_schema, one_of_names, place
from .models import EVERYWHERE, keys, model_of
from .other_words import did_you_mean, truth, words
from .places import Path
from .renamed import renamed
from .scalars import in_quotes
from .taken_apart import flow


def unknown(
    model: type[BaseModel], path: Path, given: Any, beside: Any = None, *, only_above: bool = False
) -> str:
    """Return what may have been meant by the last key of a path, "" where nothing is known.

    `beside` is the entry that has the key.
    `only_above` is for a name of the user's with a wrong value: it may be a key of what is around.
    """
    key, inner = str(path[-1]), model_of(model, path[:-1])
    if inner is None:
        return ""
    if only_above:
        return as_name(model, path, inner, given)
    if why := split_by_comma(key, given) or renamed(*path):
        return f"; {why}{_joined(key, beside) if why == COMMA else ''}"
    if told := column(inner, key, given) or _other_word(model, inner, path, given, beside):
        return told
    return (
        in_schema(inner, path, given)
        or did_you_mean(key, keys(inner), alike=0.8)
        or place(model, path, given)
        or one_of_names(inner, key, given)
        or did_you_mean(key, keys(inner))
        or possible(keys(inner))
    )


def _joined(key: str, beside: Any) -> str:
    """Return the value that a comma has cut in two, as it has to be written."""
    names = [str(one) for one in beside] if isinstance(beside, dict) else []
    before = names[names.index(key) - 1] if key in names[1:] else ""
    value = beside[before] if before else None
    return f": `{before}: {in_quotes(f'{value}, {key}')}`" if isinstance(value, str) else ""


def possible(choices: list[str]) -> str:
    """Return what there is to choose from, as the end of a message."""
    listed = choices if len(choices) <= 16 else [one for one in choices if one not in EVERYWHERE]
    return f"; possible here: {', '.join(listed)}" if listed else ""


def split_by_comma(key: str, value: Any) -> str:
    """Return why a key may be what follows a comma in a value, "" if it does not look like that.

    YAML reads `{type: numeric(10,2)}` as `{type: numeric(10, 2): }`.
    """
    unbalanced = key.count(")") > key.count("(")
    if not unbalanced and not (value in (None, "") and key.endswith(")")):
        return ""
    return COMMA


COMMA = "inside { } a comma ends a value: put a value that has one in quotes"


def _other_word(
    model: type[BaseModel], inner: type[BaseModel], path: Path, given: Any, beside: Any
) -> str:
    """Return what to type instead of a word of another tool."""
    tables = [words("keys").get(one.__name__, {}) for one in inner.__mro__]
    told = next((table[str(path[-1])] for table in tables if str(path[-1]) in table), None)
    if isinstance(told, dict):
        # A word that means several things, by its value; the first is what it mostly means.
        known = truth(given)
        value = str(given if known is None else known).lower()
        told = told.get(value, next(iter(told.values())))
    if told is None:
        return ""
    if ": " not in told or told.startswith(("no ", "leave ")):
        return f"; {told}"
    if (plain := re.fullmatch(r"(\w+): \{value\}", told)) and plain[1] in keys(inner):
        return f"; write `{plain[1]}: {flow(accepted(inner, plain[1], given))}`"
    filled = _filled(told, path, given, beside)
    key = re.match(r"[\w.]+", filled)
    if key is None or key[0] in keys(inner):
        return f"; write `{filled}`"
    return f"; write `{filled}` {_where(model, key[0], path)}"


def accepted(inner: type[BaseModel], key: str, given: Any) -> Any:
    """Return a value of another key in the form that this key takes, None where it takes none."""
    meant = words("values").get(key, {}).get(str(given).lower(), given)
    for value in (given, meant, str(meant).lower(), [given]):
        try:
            inner.model_validate({key: value})
        except ValidationError as error:
            if any(one["loc"][:1] == (key,) for one in error.errors()):
                continue
        return value
    return None


def _where(model: type[BaseModel], key: str, path: Path) -> str:
    """Return where a key stands that is not one of the entry's."""
    for depth in range(len(path) - 2, 0, -1):
        above = model_of(model, path[:depth])
        if above is not None and key in keys(above):
            return f"in `{'.'.join(map(str, path[:depth]))}`"
    return "at the top of the file" if key in keys(model) else "instead"


def _filled(told: str, path: Path, given: Any, beside: Any) -> str:
    around = beside if isinstance(beside, dict) else {}
    told = re.sub(r"\{\.(\w+)\|(\w+)\}", lambda at: str(around.get(at[1], at[2])), told)
    names = {
        "{name}": str(path[-2]) if len(path) > 1 else "name",
        "{above}": str(path[-4]) if len(path) > 3 else "table",
        "{value}": flow(given),
        "{truth}": str(truth(given) is not False).lower(),
        "{not truth}": str(truth(given) is False).lower(),
    }
    for name, value in names.items():
        told = told.replace(name, value)
    return told
