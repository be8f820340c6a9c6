"""The tables of a snapshot."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import (
    PERSISTENCE,
    RELATIONS,
    Rows,
    Source,
    privileges,
    settable,
)
from pytest_schemaverify.kinds.expressions import same_print
from pytest_schemaverify.sql.names import quoted

_HERE = Path(__file__).parent


# pg_class.relreplident; the fourth, `i`, is followed by the name of the index.
# https://www.postgresql.org/docs/current/catalog-pg-class.html
_REPLICA_IDENTITY = {"d": "default", "n": "nothing", "f": "full"}


class Table(NamedTuple):
    """A table, a partitioned table or a foreign table."""

    schema: str
    name: str
    kind: str
    persistence: str
    """`permanent` or `unlogged`."""
    owner: str
    rls: bool
    forced: bool
    options: tuple[str, ...]
    """Storage parameters, as `name=value`."""
    acl: tuple[str, ...]
    comment: str
    partitioned_by: str
    """Strategy and key, `range (created_at)`; empty where it is not partitioned."""
    partition_of: str
    """The partitioned table that it is a part of, with its schema."""
    bound: str
    """Values of a partition: `for values from (…) to (…)` or `default`, in capitals."""
    inherits: tuple[str, ...]
    """Tables that it inherits from, each with its schema."""
    replica_identity: str
    """`default`, `nothing`, `full`, or `index` and the name of one."""
    tablespace: str
    """Empty for that of the database."""
    of_type: str
    """The composite type that its columns follow, with its schema."""
    access_method: str
    """Empty for a foreign table, and for most partitioned ones."""


def _read(source: Source) -> Iterator[Table]:
    """Yield the tables, partitioned and foreign ones too."""
    parents: dict[int, list[int]] = {}
    for child, parent in source.rows(_HERE / "inheritance.sql"):
        parents.setdefault(child, []).append(parent)
    for row in source.relations_of("rpf"):
        yield _table(source, row, parents.get(row[0], []))


def _table(source: Source, row: tuple[Any, ...], parents: list[int]) -> Table:
    (oid, _, _, kind, persistence, owner, rls, forced, options, acl, key, bound, identity,
     identity_index, _, tablespace, of_type, access_method) = row  # fmt: skip
    above = tuple(quoted(*source.relations[one]) for one in parents if one in source.relations)
    return Table(
        *source.relations[oid], RELATIONS[kind], PERSISTENCE[persistence], source.roles[owner],
        rls, forced, settable(options), privileges(acl), source.comment("pg_class", oid),
        # pg_get_partkeydef prints the strategy in capitals: `RANGE (created_at)`.
        re.sub(r"^\w+", lambda strategy: strategy[0].lower(), key or ""),
        # pg_inherits has partitions and heirs alike; a partition has a bound, and one parent.
        above[0] if bound and above else "", bound or "", () if bound else above,
        _REPLICA_IDENTITY.get(identity) or f"index {quoted(identity_index or '')}",
        source.tablespaces[tablespace], of_type or "", access_method or "",
    )  # fmt: skip


def _portable(row: Table, catalog: Catalog) -> Table:
    return row._replace(tablespace="")


ROWS = (
    Rows(
        family="tables",
        read=_read,
        key=("schema", "name"),
        portable=_portable,
        texts={"partitioned_by": same_print},
    ),
)
