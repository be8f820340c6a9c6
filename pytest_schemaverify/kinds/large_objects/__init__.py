"""Large objects, which have a number and no name."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.kind import Kind, Subject
from pytest_schemaverify.sql.names import BadName

_HIGHEST = 2**32 - 1


def _key(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    # 0 is no OID: with it lo_create() chooses one.
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _HIGHEST):
        raise BadName(
            f"{text!r} is no large object: these have a number, the OID, from 1 to {_HIGHEST}"
        )
    return (str(int(text)),)


def _number(row: Row) -> str:
    return str(row.name)


FAMILY = Kind(
    category="database",
    mark="data",
    noun="large object",
    families=("large_objects",),
    key=_key,
    shown=lambda subject: subject.key[0],
    own_name=_number,
    in_sql=lambda row: f"large object {row.name}",
    # Those that make and drop one call a function, of which event triggers do not hear.
    statements=r"large\s+object|lo_\w+",
)
