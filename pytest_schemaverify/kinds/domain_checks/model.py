"""What a file says of domain checks."""

from typing import Any, ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Described, Things
from pytest_schemaverify.language.values import Sql


class DomainCheck(Described):
    """A check of a domain. Short form: its expression, over `value`."""

    family: ClassVar[str] = "domain_checks"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"expression": text})

    expression: Sql | None = None
    """Expression over `value`, compared by what the server makes of it."""
    validated: bool | None = None
    """Whether values that were there before have been checked."""


class DomainChecks(Things):
    """Checks of a domain by name."""

    family: ClassVar[str] = "domain_checks"
    __pydantic_extra__: dict[str, DomainCheck] = Field(init=False)
