"""The models of the language, asked for by the places of a file."""

from pydantic import BaseModel

from .base import Terms
from .include import model_at
from .places import Path

EVERYWHERE = frozenset({"severity", "when", "skip", "xfail", "absent", "each", "exact"})
"""Keys that so many entries take that they say nothing of which one is meant."""


def keys(model: type[BaseModel]) -> list[str]:
    """Return the keys that an entry takes; those that any entry takes are the last."""
    found = [info.alias or name for name, info in model.model_fields.items()]
    return sorted(found, key=Terms.model_fields.__contains__)


def model_of(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """Return the model of a place of the file; None where there is none."""
    found: type[BaseModel] | None = model
    for part in path:
        inner = model_at(part, found) if found is not None else None
        # `except: {name: {…}}` has a model behind the name only.
        found = inner or (found if found is not None and _is_name(part, found) else None)
    return found


def _is_name(part: str | int, model: type[BaseModel]) -> bool:
    """Return whether a part of a path is a name of the user's, or a number, and no key of ours."""
    return str(part) not in keys(model)
