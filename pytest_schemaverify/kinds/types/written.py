"""How a file says what a type is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.defined.written import definition
from pytest_schemaverify.kinds.form import Form, Look, Value, as_file, collation, only
from pytest_schemaverify.kinds.spelling import expression, type_of
from pytest_schemaverify.sql.names import quoted

_SAID_BY_KEY = frozenset({"enum", "domain", "composite", "range"})


def _kind(row: Row, look: Look) -> str | None:
    # Each of these has a key of its own, which says what kind the type is.
    return None if row.kind in _SAID_BY_KEY else row.kind


def _of(kind: str, field: str) -> Value:
    """Return what returns the field of a row for types of one kind."""

    def value(row: Row, look: Look) -> object:
        return as_file(getattr(row, field)) if row.kind == kind else None

    return value


def _composite(row: Row, look: Look) -> list[str] | None:
    return [str(one) for one in row.attributes] if row.kind == "composite" else None


def _comments(row: Row, look: Look) -> dict[str, str]:
    return {quoted(name): comment for name, comment in row.attribute_comments}


FORM = Form(
    values={
        "kind": _kind,
        "enum": _of("enum", "labels"),
        "domain": _of("domain", "base"),
        "nullable": _of("domain", "nullable"),
        "default": _of("domain", "default"),
        "collation": collation,
        "composite": _composite,
        "attribute_comments": _comments,
        "definition": definition,
    },
    usual={"nullable": True, "enum": None, "grants": {"public": ["usage"]}},
    expressions=frozenset({"default"}),
    spelled={
        "domain": type_of, "default": expression,
        "composite": lambda found, look: [type_of(one, look) for one in found],
    },
    short=only("enum"),
)  # fmt: skip
