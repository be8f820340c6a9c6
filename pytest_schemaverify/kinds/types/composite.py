import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_collation
from pytest_schemaverify.kinds.types.row import Attribute, Type
from pytest_schemaverify.sql.names import quoted, single

_ATTRIBUTE = re.compile(
    r"""(?P<name>"(?:[^"]|"")+"|\S+)\s+(?P<type>.+?)(?:\s+collate\s+(?P<collation>(?:"(?:[^"]|"")+"|[^\s"])+))?\s*""",
    re.DOTALL | re.IGNORECASE,
)


def check(expected: list[str], actual: Type, server: Canonical) -> Iterator[Finding]:
    """The composite type has the declared attributes, in order."""
    if actual.kind != "composite":
        yield Finding(expected=f"composite ({', '.join(expected)})", actual=f"{actual.kind} type")
        return
    wanted = [_attribute(text) for text in expected]
    found = list(actual.attributes)
    there = len(found)
    if len(wanted) < there or not all(map(_same_attribute, wanted, found, [server] * there)):
        yield Finding(
            expected=_attributes_shown(wanted),
            actual=_attributes_shown(found),
            hint=_hint(wanted, found),
            fix=_altered(wanted, actual, server),
        )
    elif len(wanted) > there:
        name = quoted(actual.schema, actual.name)
        # ALTER TYPE adds attributes at the end only, so no other difference has a fix.
        added = ", ".join(f"add attribute {one}" for one in wanted[there:])
        yield Finding(
            expected=_attributes_shown(wanted),
            actual=_attributes_shown(found),
            hint=_hint(wanted, found),
            fix=f"alter type {name} {added};",
        )


def _altered(wanted: list[Attribute], actual: Type, server: Canonical) -> str:
    """Return the statement that alters attributes; "" where some would have to change places."""
    kept = [one for one in actual.attributes if one.name in {other.name for other in wanted}]
    if [one.name for one in kept] != [one.name for one in wanted[: len(kept)]]:
        return ""
    changes = [f"drop attribute {quoted(one.name)}" for one in actual.attributes if one not in kept]
    for one, found in zip(wanted, kept, strict=False):
        if not _same_attribute(one, found, server):
            collation = f" collate {quoted(one.collation)}" if one.collation else ""
            changes.append(f"alter attribute {quoted(one.name)} type {one.type}{collation}")
    changes += [f"add attribute {one}" for one in wanted[len(kept) :]]
    name = quoted(actual.schema, actual.name)
    return f"alter type {name} {', '.join(changes)}; -- loses the values of what it drops"


def _attribute(text: str) -> Attribute:
    match = _ATTRIBUTE.fullmatch(text.strip())
    if match is None:
        raise CannotDetermine(
            f"reading the attribute `{text}`",
            because="it is not a name and a type",
            remedy="write it as in `create type … as (street text)`",
        )
    collation = match["collation"]
    return Attribute(
        single(match["name"]), match["type"], as_collation(collation) if collation else ""
    )


def _same_attribute(wanted: Attribute, found: Attribute, server: Canonical) -> bool:
    return (wanted.name, wanted.collation) == (found.name, found.collation) and server.same_type(
        wanted.type, found.type
    )


def _attributes_shown(attributes: list[Attribute]) -> str:
    return ", ".join(map(str, attributes)) or "no attributes"


def _hint(wanted: list[Attribute], found: list[Attribute]) -> str:
    ours, theirs = [one.name for one in wanted], [one.name for one in found]
    missing = [quoted(name) for name in ours if name not in theirs]
    extra = [quoted(name) for name in theirs if name not in ours]
    notes = [f"missing {', '.join(missing)}"] if missing else []
    notes += [f"extra {', '.join(extra)}"] if extra else []
    if not notes and ours != theirs:
        notes = ["the order differs"]
    return "; ".join(notes)
