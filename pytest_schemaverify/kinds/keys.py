"""Keys of the catalog that several kinds make from the names in a file."""

from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.sql.typenames import require_types


def single(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Return the key of an object that is in no schema."""
    return (yaml_names.single(text),)


def in_schema(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Return the key of an object in a schema."""
    return yaml_names.qualified(text, schema)


def inside(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Return the key of an object whose name is one inside of another object."""
    assert parent is not None
    return (*parent.key, *single(text, schema, parent))


def signature(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Return the key of a function; the types of its arguments are `*` where none are written."""
    require_types(text)
    name, types = names.signature(text)
    return (*yaml_names.qualified(name, schema), "*" if types is None else ", ".join(types))


def bare_pattern(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Return the key of a pattern for names without a schema."""
    return (*(parent.key if parent is not None else ()), yaml_names.single_pattern(text))


def schema_pattern(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Return the key of a pattern for names that can have a schema."""
    parts = yaml_names.pattern(text)
    if len(parts) not in (1, 2):
        raise _no_pattern(text)
    schema = parent.key[0] if parent is not None else schema
    return parts if len(parts) == 2 else (schema, *parts)


def _no_pattern(text: str) -> names.BadName:
    told = f"{text!r} cannot be a pattern here"
    return names.BadName(f"{told}; a name with these signs is written {yaml_names.typed(text)}")
