"""Casts, operators and operator classes."""

from collections.abc import Iterator

from pytest_schemaverify.catalog.rows.operators import Cast, Operator, OperatorClass

from .source import Source

_CONTEXTS = {"i": "implicit", "a": "assignment", "e": "explicit"}


def casts(source: Source) -> Iterator[Cast]:
    """Yield the casts that a user made."""
    for oid, from_type, to_type, context, function in source.rows("casts"):
        if source.own("pg_cast", oid):
            comment = source.comment("pg_cast", oid)
            yield Cast(from_type, to_type, _CONTEXTS[context], function, comment)


def operators(source: Source) -> Iterator[Operator]:
    """Yield the operators that a user made."""
    for oid, schema, name, left, right, returns, function, owner in source.rows("operators"):
        if source.own("pg_operator", oid):
            yield Operator(
                source.schemas[schema], name, f"{left}, {right}", returns, function,
                source.roles[owner], source.comment("pg_operator", oid),
            )  # fmt: skip


def operator_classes(source: Source) -> Iterator[OperatorClass]:
    """Yield the operator classes that a user made."""
    for oid, schema, name, method, type_, default, owner in source.rows("own_operator_classes"):
        if source.own("pg_opclass", oid):
            yield OperatorClass(
                source.schemas[schema], name, method, type_, default, source.roles[owner],
                source.comment("pg_opclass", oid),
            )  # fmt: skip
