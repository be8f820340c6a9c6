"""What the server finds in a body as a whole, when it compiles it and runs nothing of it."""

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import Refused
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function

_COMPILED = {
    "plpgsql": "select pg_catalog.plpgsql_validator($1::text::pg_catalog.regprocedure)",
    "sql": "select pg_catalog.fmgr_sql_validator($1::text::pg_catalog.regprocedure)",
}
# With check_function_bodies off, as pg_dump writes it into migrations, the validators look at no
# body.
_SETTINGS = """
select pg_catalog.set_config('check_function_bodies', 'on', true),
  pg_catalog.set_config('plpgsql.extra_errors', 'none', true)
"""
"""The other errors are for those who write a function; it can be called in spite of them."""
_DENIED = "42501"


def uncompiled(reader: Reader, function: Function) -> Refused | None:
    """Return the error with which the server refuses a body; None if it takes it."""
    try:
        with reader.undone():
            reader.row(_SETTINGS)
            reader.row(_COMPILED[function.language], own_name(function))
    except Refused as error:
        if error.state == _DENIED:  # who asks may not have the function looked at
            return None
        return error
    return None
