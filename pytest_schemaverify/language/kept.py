"""Entries of a file as a run keeps them for the next: without their models and without pydantic.

Importing both takes longer than verifying a small file, and a check only reads the attributes of
its entry. Where more is asked of one, such as its class or a method, the model is imported.
"""

import io
import pickle
from importlib import import_module
from typing import Any


class Kept:
    """An entry of the file that has been validated: its fields are its attributes.

    All else it leaves to its model, so that `isinstance` and methods work as they do on that.
    """

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__ = fields

    @property  # type: ignore[misc] # object has it as an attribute
    def __class__(self) -> Any:
        # `type(entry)` does not come here, so the code of this project asks for `__class__`.
        module, name = vars(self)["_model"]
        return getattr(import_module(module), name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry(), name)

    def __eq__(self, other: object) -> bool:
        return type(other) is Kept and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment] # as that of a mapping, which it stands for

    def __repr__(self) -> str:
        return repr(self._entry())

    def __reduce__(self) -> tuple[Any, ...]:
        return Kept, (vars(self),)

    def _entry(self) -> Any:
        """Return the entry of pydantic, with the same content."""
        fields = dict(vars(self))
        model = self.__class__
        entry = model.__new__(model)
        # In the order of pydantic's own __setstate__, but for the extras, which models that give
        # these a type have among the fields.
        del fields["_model"]
        named = set(fields.pop("model_fields_set"))
        extra, private = fields.pop("__pydantic_extra__"), fields.pop("__pydantic_private__")
        for name, value in {
            "__dict__": fields, "__pydantic_fields_set__": named,
            "__pydantic_extra__": extra, "__pydantic_private__": private,
        }.items():  # fmt: skip
            object.__setattr__(entry, name, value)
        return entry


class _Pickler(pickle.Pickler):
    """Pickles entries as `Kept`."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._models: dict[type, tuple[str, str]] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}

    def reducer_override(self, given: Any) -> Any:
        """Return how an entry is made when it is read back; NotImplemented for anything else."""
        model = type(given)
        if not hasattr(model, "__pydantic_fields__"):
            return NotImplemented
        if isinstance(given, type):
            return NotImplemented
        # One object for all entries that have the same, which pickle then writes once.
        names = frozenset(given.__pydantic_fields_set__)
        fields = {
            **vars(given),
            "_model": self._models.setdefault(model, (model.__module__, model.__qualname__)),
            "model_fields_set": self._sets.setdefault(names, names),
            "__pydantic_extra__": given.__pydantic_extra__,
            "__pydantic_private__": given.__pydantic_private__,
        }
        return Kept, (fields,)


def packed(plan: object) -> bytes:
    """Return anything that holds entries as bytes. Raises RecursionError where it is nested deep.

    `pickle.loads` reads it back, with `Kept` in place of each entry.
    """
    file = io.BytesIO()
    _Pickler(file).dump(plan)
    return file.getvalue()
