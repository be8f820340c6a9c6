"""How a table is made, empty, with all that its entry says of it."""

from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.columns import making as columns
from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.kinds.kind import Subject, kind_of
from pytest_schemaverify.kinds.making import Making, dropped, listed, made, settings, words
from pytest_schemaverify.kinds.mentions import mentioned
from pytest_schemaverify.kinds.whole import Whole, whole_of
from pytest_schemaverify.language.base import value_at
from pytest_schemaverify.sql.names import literal, quoted


def _columns(whole: Whole) -> list[Whole] | None:
    """Return the columns as they are to be; None where one of them is not said in full."""
    assert whole.entry is not None
    entries = value_at(whole.entry, "columns")
    subject = Subject("tables", whole.key, "")
    found = []
    for name, entry in entries.items() if entries else ():
        key = kind_of("columns").key(name, whole.key[0], subject)
        one = Subject("columns", key, name, subject)
        column = whole_of(entry, entry.__class__, one, None, {}, whole.look)
        if column is None or "type" not in column.said:
            return None
        found.append(column)
    return found


def _create(whole: Whole) -> str:
    said, found = whole.said, _columns(whole) if whole.entry is not None else None
    if not found or whole.entry is None:
        return ""
    key = value_at(whole.entry, "primary_key")
    parts = [f"{one.name} {columns.definition(one)}" for one in found]
    parts += [f"primary key {listed(key)}"] if isinstance(key, list) and key else []
    kind = said.get("kind", "table").removeprefix("partitioned ")
    foreign = value_at(whole.entry, "foreign") if kind == "foreign table" else None
    if kind == "foreign table" and (foreign is None or foreign.options):
        return ""  # the options may hold a secret
    return words(
        f"create {'unlogged ' if said.get('persistence') == 'unlogged' else ''}{kind}",
        f"{whole.object} {listed(parts)}",
        f"inherits {listed(said['inherits'])}" if said.get("inherits") else "",
        whole.word("partitioned_by", "partition by {}"),
        f"server {foreign.server}" if foreign is not None else "",
        f"with {settings(said['with'])}" if said.get("with") else "",
    )


def _then(whole: Whole) -> list[str]:
    return [*_secured(whole), *_rest(whole)]


def _secured(whole: Whole) -> Iterator[str]:
    rls = value_at(whole.entry, "rls") if whole.entry is not None else None
    if rls is None:
        return
    subject = Subject("tables", whole.key, "")
    if rls.enabled is not False:
        yield f"alter table {whole.object} enable row level security;"
    if rls.forced:
        yield f"alter table {whole.object} force row level security;"
    for name, policy in rls.policies.items() if rls.policies else ():
        key = kind_of("policies").key(name, whole.key[0], subject)
        one = Subject("policies", key, name, subject)
        yield made(policy, policy.__class__, one, None, whole.look)


def _rest(whole: Whole) -> Iterator[str]:
    entry = whole.entry
    for one in _columns(whole) or ():
        yield from columns.later(one)
    if "comment" in whole.said:
        yield f"comment on table {whole.object} is {literal(whole.said['comment'])};"
    grants = value_at(entry, "grants") if entry is not None else None
    for role, grant in grants.items() if isinstance(grants, Grants) else ():
        if isinstance(grant.exactly, list) and grant.exactly:
            listing = ", ".join(one for one in grant.exactly if "option" not in one)
            yield f"grant {listing} on table {whole.object} to {role};" if listing else ""


def _drop(row: Row, catalog: Catalog) -> str:
    referred = any(
        one.references is not None
        and one.references[:2] == (row.schema, row.name)
        and (one.schema, one.table) != (row.schema, row.name)
        for one in catalog.families["constraints"].values()
    )
    parent = quoted(row.schema, row.name)
    referred |= any(parent in one.inherits for one in catalog.families["tables"].values())
    if row.partition_of:  # it goes with its table
        return f"drop table if exists {parent};"
    needed = referred or mentioned(catalog, row.name, families=("views", "policies"))
    return "" if needed else dropped(row, "tables")


MAKING = Making(
    create=_create,
    drop=_drop,
    loses="the rows of {object}",
    then=_then,
    again=lambda whole: False,
)
