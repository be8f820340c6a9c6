"""How a file says what a trigger is."""

from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.firing import as_said
from pytest_schemaverify.kinds.form import Form, Look, Said
from pytest_schemaverify.kinds.spelling import expression


def _function(row: Row, look: Look) -> str:
    # The names are in quotes here where they have to be.
    return look.bare(row.definition.rpartition(" EXECUTE FUNCTION ")[2])


_LONG = frozenset({"comment", "enabled", "depends_on_extensions"})


def _short(said: Said, row: Row, look: Look) -> Any:
    """Return a trigger as DDL has it: `before update for each row execute touch()`."""
    if not _LONG.isdisjoint(said):
        return None
    words = ["constraint"] if said.get("constraint") else []
    words += [said["timing"], " or ".join(said["events"])]
    words += ["deferrable"] if said.get("deferrable") else []
    words += ["initially deferred"] if said.get("initially_deferred") else []
    tables = [f"{m} table as {said[f'{m}_table']}" for m in ("old", "new") if f"{m}_table" in said]
    words += ["referencing", *tables] if tables else []
    words.append(f"for each {said['level']}")
    words += [f"when ({said['when']})"] if "when" in said else []
    return " ".join([*words, "execute", said["function"]])


FORM = Form(
    values={
        "enabled": as_said,
        "function": _function,
    },
    usual={"enabled": True, "timing": None, "events": None, "level": None, "function": None},
    # The events say it.
    left=frozenset({"columns"}),
    expressions=frozenset({"when"}),
    spelled={"when": expression},
    short=_short,
)
