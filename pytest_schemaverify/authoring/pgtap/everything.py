"""Who says that there are no other objects than those named."""

from collections.abc import Iterator

from pytest_schemaverify.authoring.importing.facts import Fact
from pytest_schemaverify.authoring.importing.merging import Merged
from pytest_schemaverify.authoring.pgtap.sayings import EXACT_IN


def everything(merged: Merged) -> Iterator[tuple[str, str]]:
    """Take out who says that there are no other objects than those named, schema by schema.

    Such a list of pgTAP is about one schema, and `exact: true` about all that the file names. Yield
    the place of each that cannot be said so, with the reason.
    """
    claimed: dict[str, dict[str, str]] = {}
    for path in [path for path in merged.said if path[-1].startswith(EXACT_IN)]:
        _, at = merged.said.pop(path)
        claimed.setdefault(path[0], {})[path[-1].removeprefix(EXACT_IN)] = at
    there = [path for path, (value, _) in merged.said.items() if value != "absent"]
    named = {path[1] for path in there if path[0] == "schemas" and path[1] != "exact"}
    scope = {"public", *named, *(schema for one in claimed.values() for schema in one)}
    for section, schemas in claimed.items():
        if schemas.keys() >= scope:
            merged.add([Fact((section, "exact"), True)], "")
            merged.add([Fact(("schemas", one)) for one in sorted(scope - {"public"})], "")
            continue
        others = ", ".join(sorted(scope - schemas.keys()))
        for at in schemas.values():
            yield (
                at,
                f"its names are taken, but `exact: true` would be about {others} as well; "
                f"name all of these schemas' {section.replace('_', ' ')}, too",
            )
