"""Entries of a file as checks see them, and a run keeps them for the next: without their models.

Importing those and pydantic takes longer than to verify a small file, and checks mostly read the
attributes of an entry. Where more is asked of one, such as a method, its model is imported.
"""

import io
import pickle
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

_PACKAGE = __package__.partition(".")[0]


class Kept:
    """An entry that has been validated: the fields and properties of its model are attributes.

    All else it leaves to the model, so that `isinstance` and methods work as they do on that.
    """

    def __init__(self, attributes: dict[str, Any]) -> None:
        self.__dict__ = attributes

    @property  # type: ignore[misc] # object has it as an attribute
    def __class__(self) -> Any:
        # `type(entry)` does not come here, so our code asks for `__class__`.
        module, name = vars(self)["_model"]
        return getattr(import_module(module), name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry(), name)

    def items(self) -> Iterable[tuple[str, Any]]:
        """Return each name and its entry, of an entry that has names."""
        return (self.__pydantic_extra__ or {}).items()

    def __eq__(self, other: object) -> bool:
        return type(other) is Kept and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment] # its attributes may be lists

    def __repr__(self) -> str:
        return repr(self._entry())

    def __reduce__(self) -> tuple[Any, ...]:
        return Kept, (vars(self),)

    def _entry(self) -> Any:
        """Return the entry as its model has it."""
        own, model = vars(self), self.__class__
        entry = model.__new__(model)
        # Past pydantic, which refuses to assign to what is frozen, and does not validate again.
        for name, value in {
            "__dict__": {name: own[name] for name in model.model_fields},
            "__pydantic_fields_set__": set(own["model_fields_set"]),
            "__pydantic_extra__": own["__pydantic_extra__"],
            "__pydantic_private__": own["__pydantic_private__"],
        }.items():
            object.__setattr__(entry, name, value)
        return entry


class _Pickler(pickle.Pickler):
    """Pickles entries as `Kept`."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._sets: dict[frozenset[str], frozenset[str]] = {}

    def reducer_override(self, given: Any) -> Any:
        """Return how an entry is made when it is read back; NotImplemented for anything else."""
        model: Any = type(given)
        known = _of_model(model)
        if known is None:
            return NotImplemented
        same, properties = known
        names = frozenset(given.model_fields_set)
        attributes = {
            **vars(given),
            **same,
            # One object for all entries with the same fields, which pickle then writes once.
            "model_fields_set": self._sets.setdefault(names, names),
            "__pydantic_extra__": given.__pydantic_extra__,
            "__pydantic_private__": given.__pydantic_private__,
        }
        for name in properties:
            attributes[name] = getattr(given, name)
        return Kept, (attributes,)


@cache
def _of_model(model: Any) -> tuple[dict[str, Any], tuple[str, ...]] | None:
    """Return what all entries of a model have, and its properties; None for another class."""
    if not hasattr(model, "model_fields"):
        return None
    # pydantic has properties, too, of which no check asks.
    ours = [vars(one) for one in model.__mro__ if one.__module__.startswith(_PACKAGE)]
    properties = (name for of in ours for name in of if isinstance(of[name], property))
    same = {"_model": (model.__module__, model.__qualname__), "family": model.family}
    return same, tuple(properties)


def packed(plan: object) -> bytes:
    """Return what holds entries as bytes, which `pickle.loads` reads back with `Kept` for each.

    Raises RecursionError where something is nested too deep.
    """
    file = io.BytesIO()
    _Pickler(file).dump(plan)
    return file.getvalue()
