from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.types.row import Type
from pytest_schemaverify.sql.names import literal, quoted

USE = Use(pairs=True)


def check(expected: tuple[str, str], actual: Type) -> Iterator[Finding]:
    """The attribute of the composite type has the declared comment."""
    name, wanted = as_name(expected[0]), "" if expected[1] == "absent" else expected[1]
    there = any(one.name == name for one in actual.attributes)
    found = dict(actual.attribute_comments).get(name, "")
    if found != wanted or not there:
        column = quoted(actual.schema, actual.name, name)
        text = literal(wanted) if wanted else "null"
        yield Finding(
            expected=wanted or "no comment",
            actual=(found or "no comment") if there else f"no attribute {quoted(name)}",
            fix=f"comment on column {column} is {text};" if there else "",
        )
