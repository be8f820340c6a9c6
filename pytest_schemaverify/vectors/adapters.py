"""pgvector's types as Python values, on one connection."""

from typing import Any

from psycopg import Connection, sql
from psycopg.types import TypeInfo


def register(connection: Connection[Any], schema: str, type_: str) -> None:
    """Let a connection send and receive values of a vector type, in pgvector's binary form."""
    # Imported when somebody needs them: most files of expectations have no vectors.
    from pgvector.psycopg.bit import register_bit_info
    from pgvector.psycopg.halfvec import register_halfvec_info
    from pgvector.psycopg.sparsevec import register_sparsevec_info
    from pgvector.psycopg.vector import register_vector_info

    registers = {
        "vector": register_vector_info, "halfvec": register_halfvec_info,
        "sparsevec": register_sparsevec_info, "bit": register_bit_info,
    }  # fmt: skip
    name = sql.Identifier("pg_catalog" if type_ == "bit" else schema, type_)
    info = TypeInfo.fetch(connection, name)
    assert info is not None  # there is a column of the type
    registers[type_](connection, info)


def sent(type_: str, expression: str) -> str:
    """Return an expression for a vector as the server has to send it."""
    # There is no adapter for receiving bits.
    return f"({expression})::text" if type_ == "bit" else expression


def received(type_: str, value: Any) -> Any:
    """Return a vector that was received like that, to be sent back."""
    from pgvector import Bit

    return Bit(value) if type_ == "bit" else value
