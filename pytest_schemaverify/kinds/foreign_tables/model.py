"""What a file says of a foreign table."""

from typing import Any, ClassVar

from pydantic import model_validator

from pytest_schemaverify.language.base import Terms
from pytest_schemaverify.language.values import Options


class ForeignTable(Terms):
    """Where the rows of a foreign table are. Short form: its server."""

    family: ClassVar[str] = "foreign_tables"
    part: ClassVar[str] = "foreign_tables"
    implied: ClassVar[tuple[str, ...]] = ("exists",)
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}

    server: str | None = None
    """Its foreign server."""
    options: Options | None = None
    """Options that it has: `{table_name: notes}`; `absent` for one that it must not have."""

    @model_validator(mode="before")
    @classmethod
    def _from_server(cls, value: Any) -> Any:
        return {"server": value} if isinstance(value, str) else value
