"""How a file says what row-level security is."""

from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, Said


def _short(said: Said, row: Row, look: Look) -> Any:
    """Return `true` or `false`; what says more than that implies `enabled: true`."""
    if said.keys() == {"enabled"}:
        return said["enabled"]
    return {k: v for k, v in said.items() if k != "enabled"} if said["enabled"] else None


FORM = Form(
    values={"enabled": lambda row, look: row.rls, "forced": lambda row, look: row.forced},
    # It is what protects the rows, so a table says it also where it is off.
    usual={"enabled": None},
    short=_short,
)
