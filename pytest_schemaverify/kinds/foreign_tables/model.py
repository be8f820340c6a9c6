"""What a file says of a foreign table."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pytest_schemaverify.language.base import Terms
from pytest_schemaverify.language.values import Options


class ForeignTable(Terms):
    """Where the rows of a foreign table are. Short form: its server."""

    family: ClassVar[str] = "foreign_tables"
    part: ClassVar[str] = "foreign_tables"
    implied: ClassVar[tuple[str, ...]] = ("exists",)
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short_for: ClassVar[Mapping[type, str]] = {str: "server"}

    server: str | None = None
    """Its foreign server."""
    options: Options | None = None
    """Options that it has: `{table_name: notes}`; `absent` for one that it must not have."""
