"""Names of objects in the values of a file."""

from collections.abc import Iterable

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import NoName
from pytest_schemaverify.sql import names, yaml_names


def as_name(text: str) -> str:
    """Return the name without a schema that a text of the file means.

    Raises NoName for a text that is no name.
    """
    try:
        return yaml_names.single(text)
    except names.BadName as error:
        raise NoName("reading a name", because=str(error)) from None


def as_collation(text: str) -> str:
    """Return the collation that a text of the file means, which may have its schema in front.

    Raises NoName for a text that is no name.
    """
    try:
        return yaml_names.parts(text)[-1]
    except names.BadName as error:
        raise NoName("reading a collation", because=str(error)) from None


def as_key(columns: Iterable[str]) -> list[tuple[str, bool]]:
    """Return the columns of a key that texts of the file mean, each with whether it is a range.

    Raises NoName for a text that is no name.
    """
    found = []
    for text in columns:
        try:
            found.append(yaml_names.key_column(text))
        except names.BadName as error:
            raise NoName("reading a name", because=str(error)) from None
    return found


def whole(text: str, schema: str, catalog: Catalog) -> str:
    """Return a name of the file as a statement has it: with its schema, unless it is the server's.

    Only functions and types have such names. Raises BadName for a text that is no name.
    """
    name = yaml_names.parts(names.signature(text)[0]) if text else ()
    there = len(name) == 1 and any(
        catalog.of_table(family, schema, name[0]) for family in ("functions", "types")
    )
    return names.quoted(schema, name[0]) if there else yaml_names.in_sql(text)


def means(expected: str, actual: str, schema: str) -> bool:
    """Return whether a name in the file is that of an object, as the catalog prints it.

    `absent` stands for no object. A name without a schema is in `schema`, or one of the server's
    own; arguments of a function are not compared.
    """
    if expected == "absent" or not actual:
        return expected == "absent" and not actual
    wanted, _ = names.signature(expected)
    found = names.parts(names.signature(actual)[0])
    # regproc prints no schema for what is found without one, and while the catalog is read the
    # search_path is empty: then it is the server's own.
    if len(found) == 1:
        found = ("pg_catalog", *found)
    parts = yaml_names.parts(wanted)
    if len(parts) == 1:
        return parts[0] == found[1] and found[0] in (schema, "pg_catalog")
    return parts == found
