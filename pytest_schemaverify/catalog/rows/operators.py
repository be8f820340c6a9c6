"""Casts, operators and operator classes."""

from typing import NamedTuple


class Cast(NamedTuple):
    """A cast that a user made."""

    source: str
    target: str
    context: str
    """`implicit`, `assignment` or `explicit`."""
    function: str
    """With its schema; empty for one that goes by way of text, or does nothing."""
    comment: str

    @property
    def name(self) -> str:
        """The cast as SQL has it."""
        return f"{self.source} as {self.target}"


class Operator(NamedTuple):
    """An operator."""

    schema: str
    name: str
    arguments: str
    """Types on both sides, `none` where there is none: `integer, integer`."""
    returns: str
    function: str
    owner: str
    comment: str


class OperatorClass(NamedTuple):
    """An operator class of an index method."""

    schema: str
    name: str
    method: str
    type: str
    default: bool
    owner: str
    comment: str
