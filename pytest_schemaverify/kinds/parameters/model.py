"""What a file says of privileges on parameters."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Section, Thing, Things


class Parameter(Thing):
    """A parameter of the server; `absent` where nothing is granted on it."""

    family: ClassVar[str] = "parameters"

    grants: Grants | None = None
    """Privileges on it by role: `{app: [set], admin: [set, alter system]}`; since PostgreSQL 15."""


class Parameters(Things):
    """Parameters of the server by name, on which something is granted."""

    family: ClassVar[str] = "parameters"
    __pydantic_extra__: dict[str, Parameter] = Field(init=False)


SECTION = Section(Parameters, "Parameters of the server that others than superusers may set.")
