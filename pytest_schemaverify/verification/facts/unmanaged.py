"""Objects of a kind that the file names nowhere."""

from collections.abc import Mapping

from pytest_schemaverify.kinds import kind_of
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.verification.planning import Planned

from .facts import Fact, Facts

# Every new database has it from template1.
_ALWAYS = frozenset({("plpgsql",)})


def _unnamed_objects(planned: Planned, facts: Facts) -> list[str]:
    kind = planned.check.partition(".")[2]
    objects = (one for subject in planned.expected.named for one in facts.objects(subject))
    known = {id(facts.row(one)) for one in objects}
    always = _ALWAYS | ({(facts.schema,)} if kind == "schemas" else set())
    scope = facts.scope(planned.expected.schemas)
    dependent = kind_of(kind).dependent
    return sorted(
        f"{quoted(*key[:2])}({key[2]})" if kind == "functions" else quoted(*key)
        for key, row in facts.catalog.families[kind].items()
        if id(row) not in known
        and key not in always
        and (len(key) == 1 or key[0] in scope)
        and not dependent(row)
    )


FACTS: Mapping[str, Fact] = {"unmanaged": _unnamed_objects}
