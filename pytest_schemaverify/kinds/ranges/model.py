"""What a file says of a range type."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pytest_schemaverify.language.base import Terms


class RangeType(Terms):
    """What a range type is made of. Short form: its subtype."""

    family: ClassVar[str] = "ranges"
    part: ClassVar[str] = "ranges"
    implied: ClassVar[tuple[str, ...]] = ("exists",)
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short_for: ClassVar[Mapping[type, str]] = {str: "subtype"}

    subtype: str | None = None
    """Type of its bounds."""
    operator_class: str | None = None
    """Operator class that orders the bounds: `float8_ops`."""
    collation: str | None = None
    """Collation of the bounds, where it is not that of the subtype; `absent` where it is."""
    canonical: str | None = None
    """Function that gives equal ranges one form; `absent` when there must be none."""
    difference: str | None = None
    """Function for the distance of two bounds, `subtype_diff`; `absent` when there must be none."""
    multirange: str | None = None
    """Its multirange type, on PostgreSQL 14 and later."""
