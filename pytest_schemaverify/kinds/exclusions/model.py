"""What a file says of exclusions."""

from typing import Any, ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Described, Things
from pytest_schemaverify.language.values import Names, Sql, Storage

from .shorthand import exclusion


class Exclusion(Described):
    """An exclusion constraint. Short form: `using gist (room with =, during with &&)`."""

    family: ClassVar[str] = "exclusions"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(exclusion)

    method: str | None = None
    """Access method of its index: `gist`, `btree`."""
    elements: Names | None = None
    """Columns or expressions, each with the operator that no two rows fulfil: `room with =`."""
    where: Sql | None = None
    """Predicate of the rows that it is for; `absent` when it must be for all."""
    with_: Storage | None = Field(None, alias="with")
    """Storage parameters of its index: `{fillfactor: 70}`."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""


class Exclusions(Things):
    """Exclusion constraints by name."""

    family: ClassVar[str] = "exclusions"
    __pydantic_extra__: dict[str, Exclusion] = Field(init=False)
