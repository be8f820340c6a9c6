"""pgvector's types as Python values, on one connection."""

from typing import Any, cast

from psycopg.types import TypeInfo

from pytest_schemaverify.databases.reading import Reader


def register(reader: Reader, schema: str, type_: str) -> None:
    """Let what asks send and receive values of a vector type, in pgvector's binary form."""
    # Imported when a vector is read: most files of expectations have none.
    from pgvector.psycopg.bit import register_bit_info
    from pgvector.psycopg.halfvec import register_halfvec_info
    from pgvector.psycopg.sparsevec import register_sparsevec_info
    from pgvector.psycopg.vector import register_vector_info

    registers = {
        "vector": register_vector_info, "halfvec": register_halfvec_info,
        "sparsevec": register_sparsevec_info, "bit": register_bit_info,
    }  # fmt: skip
    # The server has the type bit itself; the others are in the schema of the extension.
    row = reader.row(_TYPE, "pg_catalog" if type_ == "bit" else schema, type_)
    assert row is not None  # there is a column of the type
    # All that is used of a connection are its adapters.
    registers[type_](cast("Any", reader), TypeInfo(type_, *row))


_TYPE = """
    select t.oid, t.typarray from pg_catalog.pg_type as t
    join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
    where n.nspname = $1 and t.typname = $2
"""


def sent(type_: str, expression: str) -> str:
    """Return an expression for a vector as the server has to send it."""
    # There is no adapter for receiving bits.
    return f"({expression})::text" if type_ == "bit" else expression


def received(type_: str, value: Any) -> Any:
    """Return a vector that was received like that, to be sent back."""
    from pgvector import Bit

    return Bit(value) if type_ == "bit" else value
