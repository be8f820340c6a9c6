"""Functions and types."""

from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.catalog.rows.routines import (
    Aggregate,
    Attribute,
    DomainCheck,
    Function,
    Parameter,
    Range,
    Type,
)

from .source import Source, privileges

_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}
_KINDS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window function"}
_MODES = {"i": "in", "o": "out", "b": "inout", "v": "variadic", "t": "table"}
_AGGREGATES = {"n": "normal", "o": "ordered-set", "h": "hypothetical-set"}
_TYPES = {"e": "enum", "d": "domain", "c": "composite", "r": "range",
          "b": "base", "p": "shell"}  # fmt: skip


def functions(source: Source) -> Iterator[Function]:
    """Yield the functions, procedures, aggregates and window functions."""
    for row in source.rows("functions"):
        (oid, schema, name, arguments, kind, returns, language, definer, volatility, strict,
         leakproof, parallel, settings, owner, signature, body, cost, rows, modes, names, types,
         defaults, aggregate, acl) = row  # fmt: skip
        if source.own("pg_proc", oid):
            yield Function(
                source.schemas[schema], name, ", ".join(arguments), _KINDS[kind], returns or "",
                language, "definer" if definer else "invoker", _VOLATILITY[volatility], strict,
                leakproof, _PARALLEL[parallel], tuple(settings or ()), source.roles[owner],
                signature, body, cost, rows, tuple(_parameters(modes, names, types, defaults)),
                _aggregate(aggregate), privileges(acl), source.comment("pg_proc", oid),
            )  # fmt: skip


def _parameters(
    modes: list[str] | None, names: list[str] | None, types: list[str], defaults: list[str | None]
) -> Iterator[Parameter]:
    for place, type_ in enumerate(types):
        mode = _MODES[modes[place]] if modes else "in"
        yield Parameter(mode, names[place] if names else "", type_, defaults[place])


def _aggregate(found: list[Any] | None) -> Aggregate | None:
    if found is None:
        return None
    *parts, kind = found
    return Aggregate._make((*parts, _AGGREGATES[kind]))


def types(source: Source) -> Iterator[Type]:
    """Yield the types that a user made."""
    for row in source.rows("types"):
        (oid, schema, name, kind, labels, base, nullable, default, collation, attributes,
         range_, owner, acl) = row  # fmt: skip
        if source.own("pg_type", oid):
            yield Type(
                source.schemas[schema], name, _TYPES[kind], tuple(labels), base or "", nullable,
                default, collation or "", tuple(Attribute(*one) for one in attributes or ()),
                Range(*range_) if range_ else None,
                source.roles[owner], privileges(acl), source.comment("pg_type", oid),
            )  # fmt: skip


def domain_checks(source: Source) -> Iterator[DomainCheck]:
    """Yield the checks of domains."""
    for oid, domain, schema, of_type, name, expression, validated in source.rows("domain_checks"):
        if source.own("pg_type", domain):
            comment = source.comment("pg_constraint", oid)
            yield DomainCheck(source.schemas[schema], of_type, name, expression, validated, comment)
