"""What to type in place of a value that is of another form than its key takes."""

import re
import typing
from typing import Any

from pydantic import BaseModel

from pytest_schemaverify.sql.secrets import masked

from .base import Named, Thing
from .include import model_at
from .models import keys
from .other_words import meant, truth
from .scalars import in_quotes, scalar
from .taken_apart import flow
from .unknown_keys import accepted
from .values import Sql

NUMBERS = frozenset({"int_type", "float_type", "float_parsing", "int_parsing"})
"""Types of errors of which pydantic has one where a number is wanted."""


def typed(key: str, given: Any, kinds: set[str]) -> str:
    """Return what to type in place of a value that means the right thing in another form."""
    written = _value(key, given, kinds)
    if not written and "bool_type" in kinds and len(kinds) == 1 and key:
        return f"; write `{key}: true` or `{key}: false`"
    if not written and kinds & NUMBERS and len(kinds) == 1 and key:
        return f"; write for example `{key}: 5`"
    if not written:
        return ""
    quotes = "leave the quotes out: " if isinstance(given, str) and written == given else "write "
    return f"; {quotes}`{key}: {written}`" if key else f"; {quotes}`{written}`"


def _value(key: str, given: Any, kinds: set[str]) -> str:
    if "bool_type" in kinds and truth(given) is not None:
        return str(truth(given)).lower()
    if kinds & NUMBERS and isinstance(given, str):
        number = scalar(given.strip().replace("_", "").replace(",", ""))
        return str(number) if isinstance(number, (int, float)) else ""
    if "string_type" in kinds and key in _REASONS:
        return in_quotes("why, in words")
    if "string_type" in kinds and isinstance(given, (bool, int, float)):
        return in_quotes(str(given).lower() if isinstance(given, bool) else str(given))
    if "string_type" in kinds and key and isinstance(given, list) and len(given) < 2:
        return in_quotes("".join(map(str, given)))
    return _mapping_or_list(given, kinds)


_REASONS = ("skip", "xfail", "reason")


def _mapping_or_list(given: Any, kinds: set[str]) -> str:
    texts = isinstance(given, list) and all(isinstance(one, str) for one in given)
    if "list_type" in kinds and isinstance(given, (str, int)) and not isinstance(given, bool):
        return f"[{given}]"
    if kinds == {"list_type"}:
        return flow([*given]) if isinstance(given, dict) else "[a, b]"
    if "dict_type" in kinds and texts:
        return f"{{{', '.join(f'{one}: …' for one in given)}}}"
    if kinds == {"dict_type"} and isinstance(given, str) and re.fullmatch(r"[\w.]+", given):
        return f"{{{given}: …}}"
    return ""


def instead(inner: type[BaseModel], key: str, given: Any, short: Any) -> str:
    """Return what to type where an entry is wanted and something like it is there."""
    value = issubclass(inner, Thing) and _absent(given)
    value = value or (_as_entry(inner, given) if isinstance(given, list) else "")
    value = value or _as_short_form(inner, given, short)
    if not value and (taken := _key_for(inner, given)):
        value = flow({taken: given})
    elif not value and issubclass(inner, Named) and re.fullmatch(r"\w+", str(given)):
        value = f"{{{given}: {{}}}}" if isinstance(given, str) else ""
    return value and f"write `{key}: {value}`"


def _as_short_form(inner: type[BaseModel], given: Any, short: Any) -> str:
    """Return a value in the short form of an entry, or the key of the entry that it is."""
    kind = short.get("type") if isinstance(short, dict) else ""
    if kind == "boolean" and truth(given) is not None:
        return str(truth(given)).lower()
    if isinstance(given, str) and given in keys(inner) and not issubclass(inner, Named):
        return f"{{{given}: {'true' if kind == 'boolean' else '…'}}}"
    if kind == "boolean":
        return str(given != "absent").lower()
    if kind == "integer" and (digits := re.search(r"\d+", str(given))):
        return digits[0]
    if kind == "array" and isinstance(given, (str, int)):
        return f"[{flow(given)}]"
    number = isinstance(given, (int, float)) and not isinstance(given, bool)
    return in_quotes(str(given)) if kind == "string" and number and "version" in keys(inner) else ""


def _absent(given: Any) -> str:
    if isinstance(given, bool):
        return "{}" if given else "absent"
    return "absent" if isinstance(given, str) and meant(given, _ABSENT) else ""


def _key_for(inner: type[BaseModel], given: Any) -> str:
    """Return the first key of an entry that takes a value which stands in the entry's place."""
    if given is None or isinstance(given, (bool, dict)) or issubclass(inner, Named):
        return ""
    if isinstance(given, (int, float)) and issubclass(inner, Thing):  # it could be many a thing
        return ""
    own = _own(inner)
    if isinstance(given, list):  # of names, where values could be anything
        held = {key: model_at(key, inner) for key in own}
        own = [key for key, model in held.items() if model is not None and issubclass(model, Named)]
    elif isinstance(given, str) and not re.fullmatch(r"[\w./-]+", given):
        # Words with signs between them are SQL, which other texts are not.
        own = [key for key in own if key in _expressions(inner)]
    return next((key for key in own if accepted(inner, key, given) == given), "")


def _expressions(inner: type[BaseModel]) -> set[str]:
    """Return the keys of an entry that take an expression of SQL."""
    fields = inner.model_fields.items()
    return {name for name, one in fields if Sql in typing.get_args(one.annotation)}


def _as_entry(inner: type[BaseModel], given: list[Any]) -> str:
    """Return the mapping that a list stands for: of names, or of entries with a `-` too many."""
    texts = all(isinstance(one, str) for one in given)
    if texts and given and {*given} <= {*keys(inner)}:
        held = model_at(given[0], inner)
        value = "true" if getattr(held, "short_form", None) == {"type": "boolean"} else "…"
        return f"{{{', '.join(f'{one}: {value}' for one in given)}}}"
    if texts and issubclass(inner, Named):
        child = model_at("*", inner)
        short = child is not None and getattr(child, "short", None) is not None
        if short and not all(re.fullmatch(r"[\w.*()-]+", one) for one in given):
            return f"{{name: {flow(given[0])}}}"
        return flow({one: {} for one in given}) if given else ""
    if not all(isinstance(one, dict) for one in given):
        return ""
    merged: dict[str, Any] = {}
    for one in given:
        rest = {name: value for name, value in one.items() if name != "name"}
        merged |= {str(one["name"]): rest} if "name" in one else rest
    return flow(merged)


def _own(inner: type[BaseModel]) -> list[str]:
    """Return the keys that tell an entry from others: what it needs, or else all of them."""
    own = [key for key in keys(inner) if key not in _COMMON]
    fields = inner.model_fields.items()
    needed = {one.alias or name for name, one in fields if one.is_required()}
    return [key for key in own if key in needed] or own


def example(inner: type[BaseModel]) -> str:
    """Return the shape of what an entry takes."""
    if issubclass(inner, Named) and not issubclass(inner, Thing):
        return "{name: {…}}"
    own = _own(inner)
    return f"{{{(own or keys(inner) or ['…'])[0]}: …}}"


_COMMON = frozenset(
    {"severity", "when", "skip", "xfail", "absent", "each", "exact", "comment", "owner", "together"}
)
_ABSENT = ("absent", "missing", "no", "none", "dropped", "deleted", "removed")


def shown(value: Any) -> str:
    """Return a value as a message shows it, so that a text and a number look different."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None:
        return "nothing"
    if isinstance(value, str) and (not isinstance(scalar(value), str) or not value.strip()):
        return f'the text `"{masked(value)}"`'
    return f"`{masked(str(value))}`"
