"""Functions and types."""

from collections.abc import Iterator

from pytest_schemaverify.catalog.model import Function, Type

from .source import Source, privileges

_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}
_KINDS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window function"}
_TYPES = {"e": "enum", "d": "domain", "c": "composite", "r": "range"}


def functions(source: Source) -> Iterator[Function]:
    """Yield the functions, procedures, aggregates and window functions."""
    for row in source.rows("functions"):
        (oid, schema, name, arguments, kind, returns, language, definer, volatility, strict,
         leakproof, parallel, settings, owner, signature, body, acl) = row  # fmt: skip
        if source.own("pg_proc", oid):
            yield Function(
                source.schemas[schema], name, ", ".join(arguments), _KINDS[kind], returns or "",
                language, "definer" if definer else "invoker", _VOLATILITY[volatility], strict,
                leakproof, _PARALLEL[parallel], tuple(settings or ()), source.roles[owner],
                signature, body, privileges(acl), source.comment("pg_proc", oid),
            )  # fmt: skip


def types(source: Source) -> Iterator[Type]:
    """Yield the types that a user made."""
    for oid, schema, name, kind, labels, definition, owner, acl in source.rows("types"):
        if source.own("pg_type", oid):
            yield Type(
                source.schemas[schema], name, _TYPES[kind], tuple(labels), definition or "",
                source.roles[owner], privileges(acl), source.comment("pg_type", oid),
            )  # fmt: skip
