"""Names functions by their signatures, and finds them by these."""

import re

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.names import quoted


def own_name(row: Row) -> str:
    """Return a function as a file and a signature of SQL name it: `public.f(text)`."""
    return f"{quoted(row.schema, row.name)}({row.arguments})"


def in_sql(row: Row) -> str:
    """Return a function as `alter` and `comment on` name it."""
    # SQL names an aggregate without arguments as `count(*)`.
    arguments = row.arguments or ("*" if row.kind == "aggregate" else "")
    # `alter` and `comment on` have no word of their own for a window function.
    noun = "function" if row.kind == "window function" else row.kind
    return f"{noun} {quoted(row.schema, row.name)}({arguments})"


def by_arguments(subject: Subject) -> str:
    """Return the name of a function in messages; without arguments where the file has none."""
    arguments = "" if subject.key[2] == "*" else f"({subject.key[2]})"
    return quoted(*subject.key[:2]) + arguments


def by_signature(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    """Return the row of a function. Raises CannotDetermine for a name that is overloaded."""
    schema, name, written = subject.key
    # Most files spell types as the catalog does, and then the server need not be asked.
    exact = catalog.find("functions", subject.key)
    if exact is not None:
        return exact
    overloads = [
        row for key, row in catalog.families["functions"].items() if key[:2] == (schema, name)
    ]
    if written == "*":
        if len(overloads) > 1:
            signatures = "; ".join(map(own_name, overloads))
            raise CannotDetermine(
                f"finding the function {subject}",
                because=f"it is overloaded: {signatures}",
                remedy="name it with its argument types",
            )
        return overloads[0] if overloads else None
    if not overloads:
        return None
    types = ", ".join(in_signature(one, server) for one in names.split(written))
    return catalog.find("functions", (schema, name, types))


_LENGTH = re.compile(r"\([^)]*\)")


def in_signature(text: str, server: Canonical) -> str:
    """Return a type as the catalog has it for an argument or a result.

    It has no length there: f(varchar(80)) and f(vector(384)) take values of any.
    """
    return _LENGTH.sub("", server.type(text))
