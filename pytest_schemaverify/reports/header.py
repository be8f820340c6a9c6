"""What a report says before any result: which database was verified, and what is known of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.databases import redacted
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.paths import shown
from pytest_schemaverify.sql.row_values import unmarked
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.stand_ins import unproved
from pytest_schemaverify.verification.verification import Verification

if TYPE_CHECKING:
    from pytest_schemaverify.rehearsal.files import Files


def header(one: Verification) -> Iterator[str]:
    """Yield a line for the database, and indented ones for what is to be known about it.

    An exception here becomes lines of its own, and changes nothing of the results.
    """
    try:
        yield from map(masked, _lines(one))
    except Exception as error:
        doing = f"saying what {one.contract.name} was verified against"
        yield from str(internal(doing, error)).splitlines()


def _lines(one: Verification) -> Iterator[str]:
    contract, target = one.contract, one.database.target
    if isinstance(target, Target):
        yield f"{contract.name} → {target.description}"
        yield from (f"  {line}" for line in _known(one, target))
    elif target is None and contract.fault is None and contract.files is not None:
        yield f"{contract.name} → no database was needed"
        yield from (f"  {line}" for line in _files(contract, None))
    else:
        yield f"{contract.name} → no database"
        yield from (f"  {line}" for line in contract.config.notes)


def _known(one: Verification, target: Target) -> Iterator[str]:
    contract = one.contract
    yield from contract.config.notes
    if contract.config.items == "object":
        number, objects = len(contract.planned), len(contract.objects)
        yield f"{number:,} expectations in {objects:,} items, one for each object"
    yield from _files(contract, target)
    for note in target.notes:
        yield from unmarked(note).splitlines()
    yield from unproved(contract.planned, target.stand_ins)
    yield from _uncompared(contract, target)
    if target.server is None:
        return
    if contract.config.costs and contract.files is not None:
        yield from _costs(one)
    if any(planned.check == "access.isolate" for planned in contract.planned):
        yield from _tenants(one)
    if contract.config.access_matrix:
        yield from _matrix(one)
    if contract.config.keep:
        # The server stays only if its user could read how to reach it and how to end it.
        one.database.announced = True
        unsaid = ", with its password in PGPASSWORD" if target.dsn.secret else ""
        yield f"what was verified: psql '{redacted(target.dsn)}'{unsaid}"


def _uncompared(contract: Contract, target: Target) -> Iterator[str]:
    """Yield what the comparisons of whole databases leave out."""
    asked = {planned.check.removeprefix("migrations.") for planned in contract.planned}
    if target.server is None:
        if "deployed" in asked:
            yield f"deployed does not compare {_NOT_DEPLOYED}"
        return
    again = [check for check in ("reversible", "idempotent", "resumable") if check in asked]
    if again:
        roles = f"; of the server, {_OF_SOMEBODY}" if target.server.mark else ""
        yield f"{', '.join(again)}: not compared are {_NOT_AGAIN}{roles}"
    if "resumable" in asked:
        yield "resumable: what belongs to the server, such as roles, is not compared either"


_NOT_DEPLOYED = (
    "rows, values of sequences, large objects, passwords of roles, settings of the whole server,"
    " and what PostgreSQL and extensions bring, besides privileges on it; roles that no file makes;"
    " owner, comment, connection limit of the database, and whether it is a template, where no file"
    " sets them; owners of operators, collations and their like; tablespaces, versions of"
    " extensions, the order of columns"
)
_NOT_AGAIN = "the order of columns, values of sequences, statistics, other databases"
_OF_SOMEBODY = "only what is about the database or about roles that the files name is compared"


def _files(contract: Contract, target: Target | None) -> Iterator[str]:
    """Yield which files were taken for migrations, by which tool's names, and what was applied."""
    if contract.fault is None and contract.files is not None:
        found = contract.files.directory
        if found.made_by:
            kept = shown(contract.files.apply[0].path)
            yield f"migrations: what `{found.made_by}` prints, in {kept}"
            return
        yield f"{_applied(contract.files, target)}; layout {found.layout}: {found.expects}"


def _applied(files: "Files", target: Target | None) -> str:
    """Return how many of the migrations this run has applied."""
    there = len(files.directory.migrations)
    folder = shown(files.directory.directory)
    if target is None or target.server is None:
        none = "; this run applies none" if target else ", none applied"
        return f"{_counted(there)} in {folder}{none}"
    done = sum(run.migration in files.apply for run in target.applied)
    unseeded = target.failure and files.after and done == len(files.apply)
    if target.failure and not unseeded:
        return f"{_counted(there)} in {folder}, not all applied"
    rest = "all" if done == there else f"of {there}"
    where = f" ({rest} in {folder})" if 0 < there >= done else ""
    return f"{_counted(done)} applied{where}{', but not their seed' if unseeded else ''}"


def _counted(number: int) -> str:
    return f"{number or 'no'} migration{'' if number == 1 else 's'}"


def _costs(one: Verification) -> list[str]:
    from pytest_schemaverify.rehearsal.cost import cost_lines  # few runs measure them

    try:
        return list(cost_lines(one.results.facts.measured()))
    except Exception as error:
        # The results are there already, and lines that say more are no reason to lose them.
        problem = internal("measuring what the migrations cost", error)
        return f"what the migrations cost cannot be measured: {problem}".splitlines()


def _tenants(one: Verification) -> Iterator[str]:
    """Yield how tenants were told apart: what was found is said where it passes, too."""
    from pytest_schemaverify.verification.facts.access import tenants_of

    access = one.contract.spec.access
    if access is not None and access.isolate is not None:
        yield f"isolate: {tenants_of(one.results.facts, access.isolate)}"


def _matrix(one: Verification) -> list[str]:
    # Few runs print the matrix, and no other waits for these imports.
    from pytest_schemaverify.behaviour.access.matrix import lines
    from pytest_schemaverify.verification.facts.access import cells_of

    try:
        return list(lines(cells_of(one.results.facts)))
    except Exception as error:
        problem = internal("trying who can reach what", error)
        return f"who can reach what is not known: {problem}".splitlines()
