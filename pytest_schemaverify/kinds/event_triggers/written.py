"""How a file says what an event trigger is."""

from pytest_schemaverify.kinds.firing import as_said
from pytest_schemaverify.kinds.form import Form

FORM = Form(
    values={
        "enabled": as_said,
        "function": lambda row, look: look.bare(row.function),
        "tags": lambda row, look: [tag.lower() for tag in row.tags],
    },
    usual={"enabled": True, "event": None, "function": None},
    there=lambda row, look: not row.of_extension,
)
