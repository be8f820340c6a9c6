"""Constraints and indexes."""

from collections.abc import Iterator

from pytest_schemaverify.catalog.rows.constraints import Constraint, Index, IndexKey
from pytest_schemaverify.sql.names import quoted

from .attached import ENABLED
from .source import Source, settable

_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_MATCHES = {"s": "simple", "f": "full", "p": "partial"}
_CONSTRAINTS = {
    "p": "primary key", "u": "unique", "f": "foreign key", "c": "check", "x": "exclude",
    "t": "trigger",
}  # fmt: skip


def constraints(source: Source) -> Iterator[Constraint]:
    """Yield the constraints of tables."""
    system_triggers = _system_triggers(source)
    for row in source.rows("constraints"):
        (oid, table, name, kind, columns, other, other_columns, on_delete, on_update, match,
         deferrable, deferred, validated, expression, set_columns, enforced, no_inherit,
         operators, without_overlaps) = row  # fmt: skip
        if table not in source.kept:
            continue
        references = None
        if kind == "f":
            schema, referenced = source.relations[other]
            references = (schema, referenced, source.names(other, other_columns))
        action = _ACTIONS.get(on_delete, "")
        if set_columns:
            action += f" ({', '.join(map(quoted, source.names(table, set_columns)))})"
        yield Constraint(
            *source.relations[table], name, _CONSTRAINTS[kind], source.names(table, columns),
            references, action, _ACTIONS.get(on_update, ""),
            _MATCHES.get(match, ""), deferrable, deferred, validated, expression,
            source.comment("pg_constraint", oid), enforced, no_inherit,
            tuple(operators or ()), without_overlaps, tuple(system_triggers.get(oid, ())),
        )  # fmt: skip


def _system_triggers(source: Source) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for constraint, table, enabled in source.rows("system_triggers"):
        if table in source.relations:
            found.setdefault(constraint, []).append(
                f"{quoted(*source.relations[table])} {ENABLED[enabled]}"
            )
    return found


def indexes(source: Source) -> Iterator[Index]:
    """Yield the indexes, those behind constraints too."""
    classes = {oid: (name, default) for oid, name, default in source.rows("operator_classes")}
    collations = {0: "", **dict(source.rows("collations"))}
    for row in source.rows("indexes"):
        (oid, table, name, method, unique, primary, valid, count, columns, operator_classes,
         collation_ids, options, expressions, where, storage,
         nulls_not_distinct, clustered, replica_identity, tablespace) = row  # fmt: skip
        if table not in source.kept:
            continue
        plain = source.names(table, columns)
        keys = tuple(
            IndexKey(
                expressions[k] if expressions else plain[k],
                *classes[operator_classes[k]],
                collations.get(collation_ids[k], ""),
                bool(options[k] & 1), bool(options[k] & 2),
            )
            for k in range(count)
        )  # fmt: skip
        yield Index(
            *source.relations[table], name, method, unique, primary, valid, keys, plain[count:],
            where, settable(storage), nulls_not_distinct, source.comment("pg_class", oid),
            clustered, replica_identity, source.tablespaces[tablespace],
        )  # fmt: skip
