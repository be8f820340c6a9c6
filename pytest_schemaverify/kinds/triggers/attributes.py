"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute, either
from pytest_schemaverify.kinds.expected_names import as_name

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER TRIGGER changes the name only, so none of these has a fix:
    # https://www.postgresql.org/docs/current/sql-altertrigger.html
    "constraint": Attribute(
        summary="The trigger is a constraint trigger, or is not.",
        shown={True: "a constraint trigger", False: "an ordinary trigger"},
    ),
    "deferrable": Attribute(
        summary="The constraint trigger can wait for the end of the transaction, or cannot.",
        shown=either("deferrable"),
    ),
    "initially_deferred": Attribute(
        field="deferred",
        summary="The constraint trigger waits for the end of the transaction, or does not.",
        shown={True: "initially deferred", False: "initially immediate"},
    ),
    "new_table": Attribute(
        summary="The trigger sees the rows after in a transition table of the declared name.",
        shown="new table as {}",
        nothing="no transition table of rows after",
        read=as_name,
    ),
    "old_table": Attribute(
        summary="The trigger sees the rows before in a transition table of the declared name.",
        shown="old table as {}",
        nothing="no transition table of rows before",
        read=as_name,
    ),
    "level": Attribute(
        summary="The trigger fires for each row or statement, as declared.",
        shown="for each {}",
    ),
    "timing": Attribute(
        summary="The trigger fires at the declared time.",
        shown="{}",
    ),
}
