"""How an operator class is made: `alter operator class` changes name, owner and schema only."""

from collections.abc import Iterable

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, dropped, words
from pytest_schemaverify.kinds.mentions import mentioned
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted


def _numbers(members: Iterable[str]) -> list[tuple[str, bool]]:
    """Return the numbers of members, each with whether an index orders by it."""
    return [(one.split(maxsplit=1)[0], " for order " in one.lower()) for one in members]


def _fits(whole: Whole) -> bool:
    """Return whether an index method that takes the class as it is takes it as it is to be."""
    row, said = whole.row, whole.said
    families = {one.operator_family for one in whole.catalog.families["operator_classes"].values()}
    made = whole.catalog.families["operator_families"].values()
    families |= {f"{quoted(one.schema)}.{one.name.rpartition(' using ')[0]}" for one in made}
    if row is None:
        return True
    if said.get("default") and not row.default:  # the type may have one
        return False
    new = said.get("operator_family")
    return (
        _numbers(said["operators"]) == _numbers(row.operators)
        and _numbers(said["functions"]) == _numbers(row.functions)
        and (new is None or new in families)
    )


def _create(whole: Whole) -> str:
    said = whole.said
    if not _fits(whole):
        return ""
    parts = [f"operator {one}" for one in said["operators"]]
    parts += [f"function {one}" for one in said["functions"]]
    parts += [f"storage {said['storage']}"] if "storage" in said else []
    return words(
        f"create operator class {quoted(*whole.key[:2])}",
        "default" if said.get("default") else "",
        f"for type {said['type']} using {said['method']}",
        whole.word("operator_family", "family {}"),
        f"as {', '.join(parts)}",
    )


def _drop(row: Row, catalog: Catalog) -> str:
    indexes = catalog.families["indexes"].values()
    taken = row.default and any(one.method == row.method for one in indexes)
    if taken or mentioned(catalog, row.name, families=("indexes",)):
        return ""
    classes = catalog.families["operator_classes"].values()
    beside = [(one.operator_family, one.method) for one in classes]
    own = row.operator_family == quoted(row.schema, row.name)
    own &= beside.count((row.operator_family, row.method)) == 1
    family = f"operator family {quoted(row.schema, row.name)} using {row.method}"
    # CREATE makes a family of its name, which stays behind.
    return dropped(row, "operator_classes") + (f"\ndrop {family};" if own else "")


MAKING = Making(
    inside=dict.fromkeys(("type", "method", "storage"), "-"),  # its members are for these
    create=_create,
    drop=_drop,
    needs=frozenset({"type", "method", "operators", "functions"}),
)
