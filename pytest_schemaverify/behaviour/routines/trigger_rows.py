"""What a trigger function knows of the tables that call it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_TYPES = {
    **dict.fromkeys(("name", "when", "level", "op", "relname", "table_name"), "text"),
    **dict.fromkeys(("table_schema", "event", "tag"), "text"),
    "argv": "text[]", "nargs": "integer", "relid": "oid",
}  # fmt: skip
"""The types of the variables `tg_…`: https://www.postgresql.org/docs/current/plpgsql-trigger.html"""


@dataclass(frozen=True, slots=True)
class TriggerRows:
    """The rows and the variables that PL/pgSQL gives a trigger function."""

    tables: tuple[str, ...] = ()
    """Tables whose rows NEW and OLD are."""
    transitions: Mapping[str, str] = field(default_factory=dict)
    """Names of transition tables, and the table of each."""
    trigger: bool = False

    def type_of(self, name: str) -> str:
        """Return the type of a variable `tg_…`; "" for another name, and outside of triggers."""
        known = self.trigger and name.startswith("tg_")
        return _TYPES.get(name.removeprefix("tg_"), "") if known else ""
