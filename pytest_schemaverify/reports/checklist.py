"""The checklist of a migration into production: what was proven, where, and what is left to do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_schemaverify.kinds import category_of
from pytest_schemaverify.verification.result import Result

BACKUP = "backup and restore tried"
REHEARSAL = "migration tried in development"
ROLLBACK = "rollback rehearsed"
REGENERATED = "embeddings regenerated"
CLEANED = "old tables cleaned up"
OTHERS = "whatever else is expected"

TO_DO: Mapping[str, str] = {
    BACKUP: "take a backup with pg_dump, and give it with --backup=FILE",
    REHEARSAL: "say under `migrations` what is applied, so that it can be tried",
    "schema version": "expect one: `schema_version`",
    "required tables": "name the tables that have to be there: `tables`",
    "table structures": "say what the tables consist of: `columns`, `primary_key` …",
    "vector dimensions": "expect them: `vectors: {dimensions: …}`",
    "no duplicate migrations": "expect it: `migrations: {versions: {unique: true}}`",
    "no SECURITY DEFINER functions": "expect it: `rules: {no_security_definer: true}`",
    "RLS policies": "expect them: `rules: {row_level_security: true}`, `policies` of each table",
    "critical indexes": "name them: `indexes` of each table",
    "data integrity": "expect something of the rows: `data`",
    ROLLBACK: "name the file that leads back: `migrations: {rollback: …, reversible: true}`",
    REGENERATED: "compute them, and verify a query named embeddings_… under `data.queries`",
    CLEANED: "some days later drop them, and verify that they are `absent`",
}
"""The lines of the checklist in their order, and how the user can have each proven."""

_BY_CHECK = {
    "migrations.applies": REHEARSAL,
    "migrations.idempotent": REHEARSAL,
    "migrations.resumable": REHEARSAL,
    "budget.lock": REHEARSAL,
    "budget.rewrite": REHEARSAL,
    "budget.seconds": REHEARSAL,
    "migrations.reversible": ROLLBACK,
    "migrations.unique": "no duplicate migrations",
    "migrations.ordered": "no duplicate migrations",
    "migrations.distinct": "no duplicate migrations",
    "rules.no_conflicting_definitions": "no duplicate migrations",
    "rules.no_security_definer": "no SECURITY DEFINER functions",
    "functions.security": "no SECURITY DEFINER functions",
    "tables.absent": CLEANED,
    "schemas.absent": CLEANED,
}
_BY_CATEGORY = {
    "schema version": "schema version",
    "tables": "required tables",
    "table structures": "table structures",
    "vector dimensions": "vector dimensions",
    "RLS policies": "RLS policies",
    "indexes": "critical indexes",
    "data integrity": "data integrity",
}


def line_of(result: Result) -> str:
    """Return the line of the checklist that a result belongs to."""
    planned = result.planned
    # Only the project knows whether embeddings were made anew: it says so by the name of a query.
    if planned.check.startswith("queries.") and str(planned.path[-1]).startswith("embeddings_"):
        return REGENERATED
    if planned.stage:  # how it was on the way says that the way is right
        return REHEARSAL
    return _BY_CHECK.get(planned.check) or _BY_CATEGORY.get(category_of(planned.check), OTHERS)


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of verifying one database."""

    where: str
    """The database, without a password."""
    when: str
    results: Sequence[Result]
    notes: tuple[str, ...] = ()
    """What is to be known about it."""
    live: bool = False
    """Whether it was there before."""
    proven: frozenset[str] = frozenset()
    """Lines of the checklist that hold because there is a database at all."""


def checklist(verified: Sequence[Verified]) -> Iterator[str]:
    """Yield the lines of the table, the databases, and what is left for a person."""
    left = []
    yield f"  {'':34}{'':>16}   {'proven':<22}against"
    for name in (*TO_DO, OTHERS):
        found = [
            (number, one, [r for r in one.results if line_of(r) == name and not r.skipped])
            for number, one in enumerate(verified, 1)
        ]
        there = [part for part in found if part[2] or name in part[1].proven]
        if not there and name in TO_DO:
            left.append(name)
            yield f"☐ {name:<34}{'':>16}   {'-':<22}-"
        elif there:
            results = [result for _, _, results in there for result in results]
            where = ", ".join(f"[{number}]" for number, _, _ in there)
            # The last one is the database in production, if it was verified: that is what counts
            # there.
            proven = there[-1][1].when if _mark(results) == "✓" else "-"
            yield f"{_mark(results)} {name:<34}{_count(results):>16}   {proven:<22}{where}"
    yield ""
    for number, one in enumerate(verified, 1):
        yield f"[{number}] {one.where}"
        yield from (f"  {note}" for note in one.notes)
    to_do = [f"{name}: {_skipped(name, verified) or TO_DO[name]}" for name in left]
    if not any(one.live for one in verified):
        to_do.append("the database in production: verify it, too, with --dsn=DSN")
    if to_do:
        yield ""
        yield "left for a person:"
        yield from (f"  ☐ {line}" for line in to_do)


def _skipped(name: str, verified: Iterable[Verified]) -> str:
    """Return why nothing that is expected could be looked at, or "" if nothing is expected."""
    reasons = (r.skipped for one in verified for r in one.results if line_of(r) == name)
    return next((f"skipped, {reason}" for reason in reasons if reason), "")


def _mark(results: Iterable[Result]) -> str:
    results = list(results)
    # What is wrong counts more than what could not be found out.
    if any(result.wrong for result in results):
        return "✗"
    return "?" if any(result.undetermined for result in results) else "✓"


def _count(results: Sequence[Result]) -> str:
    wrong = sum(result.wrong or bool(result.undetermined) for result in results)
    if wrong:
        return f"{wrong} of {len(results)} wrong"
    return f"{len(results)} hold" if results else ""
