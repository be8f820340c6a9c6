"""Values for the keys of a file, out of the documentation, whose examples are run by the tests."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel

from pytest_schemaverify.kinds import every
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.language.include import model_at
from tools.language import blocks
from tools.models import NAME

# There are a thousand examples, and Python alone takes seconds.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST = 300
"""Characters of an example: an editor shows it in a small window."""


_inside = cache(model_at)


@cache
def examples() -> dict[tuple[type[BaseModel], str], list[Any]]:
    """Return values of keys by the model and the key; `NAME` for those by a name of the user's.

    Mappings are for keys at the top only: inside, editors would write them behind a key.
    """
    found: dict[tuple[type[BaseModel], str], list[Any]] = {}
    pages = [*(block.path for block in blocks()), *(check.page for check in every().values())]
    for page in pages:
        for text in re.findall(r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
            for model, key, value in _values(Spec, yaml.load(text, _LOADER)):
                known = found.setdefault((model, key), [])
                if not known and _fits(model, key, value):
                    known.append(json.loads(json.dumps(value)))  # with texts as keys
    return {key: values for key, values in found.items() if values}


def _fits(model: type[BaseModel], key: str, value: Any) -> bool:
    if len(json.dumps(value, default=str)) > _MOST or value == "absent":
        return False
    if isinstance(value, dict):
        inner = _inside(key, model)
        return model is Spec and not (inner is not None and getattr(inner, "short_form", None))
    parts = value if isinstance(value, list) else [value]
    return all(isinstance(part, (str, int, float)) for part in parts)


def _values(model: type[BaseModel], data: Any) -> Iterator[tuple[type[BaseModel], str, Any]]:
    """Yield the model, the key and the value of each key in the data of a file."""
    if not isinstance(data, dict):
        return
    ours = {field.alias or name for name, field in model.model_fields.items()}
    for key, value in data.items():
        yield model, key if key in ours else NAME, value
        if (inner := _inside(key, model)) is not None:
            yield from _values(inner, value)
