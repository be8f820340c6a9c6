"""Objects of a kind that the file names nowhere."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from pytest_schemaverify.catalog import Key, Row
from pytest_schemaverify.kinds import kind_of
from pytest_schemaverify.kinds.form import Look, form_of
from pytest_schemaverify.kinds.platforms import of_platform_object
from pytest_schemaverify.verification.planning import Planned

from .facts import Fact, Facts

_NOUNS = {"default_privileges": "role with default privileges"}


def _unnamed_objects(planned: Planned, facts: Facts) -> list[str]:
    section = planned.check.partition(".")[2]
    kind = kind_of(section)
    objects = (one for subject in planned.expected.named for one in facts.objects(subject))
    known = {id(facts.row(one)) for one in objects}
    scope = facts.scope(planned.expected.schemas)
    everywhere = _own_schemas(planned, facts) if section == "schemas" else kind.always
    return sorted(
        kind.own_name(row)
        for key, row in _rows(section, facts)
        if id(row) not in known
        and (kind.schemaless or len(key) == 1 or key[0] in scope)
        and not kind.dependent(row)
        and not any(fnmatchcase(key[0], pattern) for pattern in everywhere)
        and not of_platform_object(section, key, facts.platform)
    )


def _own_schemas(planned: Planned, facts: Facts) -> tuple[str, ...]:
    """Return the schemas of names that have none, in all files about the database."""
    return (facts.schema, *(one.defaults.schema_ for one in planned.expected.together))


def _noun(planned: Planned, facts: Facts) -> str:
    section = planned.check.partition(".")[2]
    return _NOUNS.get(section, kind_of(section).noun)


def _rows(section: str, facts: Facts) -> Iterator[tuple[Key, Row]]:
    """Yield the objects of a section that are there for themselves, each with its key."""
    form, look = form_of(section), Look(facts.catalog, facts.schema, platform=facts.platform)
    if form.rows is not None:
        yield from (((row.name,), row) for row in form.rows(facts.catalog))
        return
    for key, row in facts.catalog.families[section].items():
        if form.there(row, look):
            yield key, row


FACTS: Mapping[str, Fact] = {
    "unmanaged": _unnamed_objects,
    "unmanaged_noun": _noun,
}
