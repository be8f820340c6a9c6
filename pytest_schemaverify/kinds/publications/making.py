"""How a publication is made: one of some tables cannot become one for all tables, nor back."""

from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole

_ALL = ["insert", "update", "delete", "truncate"]


def _create(whole: Whole) -> str:
    said = whole.said
    options = [f"publish = '{', '.join(said.get('commands', _ALL))}'"]
    options += ["publish_via_partition_root = true"] if said.get("via_root") else []
    schemas = said.get("schemas")
    return words(
        f"create publication {whole.name}",
        "for all tables" if said.get("all_tables") else "",
        f"for tables in schema {', '.join(schemas)}" if schemas else "",
        f"with ({', '.join(options)})",
    )


MAKING = Making(
    create=_create, inside={"commands": "-"}, loses="what subscribers have not asked for again"
)
