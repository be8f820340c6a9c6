from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.triggers.row import Trigger
from pytest_schemaverify.sql import names, yaml_names

Call = tuple[tuple[str, str], tuple[str, ...] | None]


def check(expected: str, actual: Trigger, schema: str) -> Iterator[Finding]:
    """The trigger calls the declared function, with the declared arguments."""
    # The call comes last, and a condition before it may have the same words in a text. tgargs would
    # have to be decoded: it is bytes with zeros between the arguments.
    found = actual.definition.rpartition(" EXECUTE FUNCTION ")[2]
    # The server prints its own functions without their schema, which it looks into first.
    (wanted, arguments), (called, given) = _call(expected, schema), _call(found, "pg_catalog")
    if called[0] == "pg_catalog":
        wanted, _ = _call(expected, "pg_catalog")
    if wanted != called or arguments not in (None, given):
        brackets = f"({', '.join(names.signature(expected)[1] or ())})"
        yield Finding(expected=f"{names.quoted(*wanted)}{brackets}", actual=found)


def _call(text: str, schema: str) -> Call:
    """Return the function's name and its arguments; None where the text has no brackets."""
    name, arguments = names.signature(text)
    if arguments is not None:  # numbers, too, are texts as arguments of a trigger
        arguments = tuple(
            argument[1:-1] if argument.startswith("'") else argument for argument in arguments
        )
    return yaml_names.qualified(name, schema), arguments
