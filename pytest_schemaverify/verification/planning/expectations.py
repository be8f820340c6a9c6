"""A file of expectations -> the list of checks to run. Pure: needs no database."""

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.contract.migrations import Migrations
from pytest_schemaverify.language.access import held_back
from pytest_schemaverify.language.access import problems as access_problems
from pytest_schemaverify.language.load import rendered
from pytest_schemaverify.language.places import Positions
from pytest_schemaverify.language.rules import Rule

from .planned import Planned, Under
from .walk import Walk, under


def plan(
    spec: Spec,
    positions: Positions,
    file: str,
    *,
    rollback: bool = False,
    together: tuple[Spec, ...] = (),
) -> list[Planned]:
    """Return the planned checks in the order of the file.

    `together` are the files that `unmanaged` names, and `rollback` plans `migrations.reversible`
    even where the file does not ask for it.
    Raises SpecError for names that are none, and when nothing would be checked.
    """
    walk = Walk(spec, positions, together)
    planned = list(walk.entry(spec, (), None))
    entry = spec.migrations or Migrations()
    if rollback and not entry.reversible:
        at = ("migrations",)
        walk.under = under(entry, at, walk.under)
        planned.append(walk.one("migrations.reversible", at, None, True, entry))
    access = spec.access
    if access is not None and not access.default_privileges and held_back(access):
        at = ("access",)
        walk.under = under(access, at, Under(spec.defaults.severity))
        planned.append(
            walk.one("access.default_privileges", at, None, Rule.model_validate(True), access)
        )
    for path, message in access_problems(spec.access):
        walk.problem(path, message)
    problems = [rendered(file, *problem) for problem in walk.problems]
    if not planned and not problems:
        problems = [f"{file}:1:1: nothing would be checked; name at least one table, rule or query"]
    if problems:
        raise SpecError(problems)
    # The walk goes by the order of the models; readers know that of their file.
    return sorted(planned, key=lambda one: (one.file, one.line, one.column))
