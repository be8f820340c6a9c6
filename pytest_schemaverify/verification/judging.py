"""Runs one planned check with the facts that it needs, and makes its result."""

import difflib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import psycopg

from pytest_schemaverify.canonical import server_errors as refusals
from pytest_schemaverify.databases.reading import our_error
from pytest_schemaverify.errors import CannotDetermine, NoName, NothingThere, Refused
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.findings import Finding, apart
from pytest_schemaverify.kinds import find
from pytest_schemaverify.kinds.kind import Subject, Use, kind_of
from pytest_schemaverify.kinds.lookup import others, same_letters
from pytest_schemaverify.language import writing
from pytest_schemaverify.language.matchers import Matcher
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.verification import exemptions, fixes, presets
from pytest_schemaverify.verification.facts import Facts, given
from pytest_schemaverify.verification.matching import matched
from pytest_schemaverify.verification.patterns import over
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.skipping import unmet

_OF_FILES = frozenset({
    "expected", "family", "schema", "scope", "today", "files", "scripts", "analysis",
    "new",
})  # fmt: skip
"""Names of the facts that need no database."""


def run(planned: Planned, facts: Facts) -> Result:
    """Return the result of one planned check; an error in it is the result of this check alone."""
    try:
        # `skip` and `when` come first, so that nothing is asked for what is not verified here.
        if reason := unmet(planned.under, facts):
            return Result(planned, skipped=reason)
        if planned.subject is not None and planned.subject.wild and _is_there(planned, facts):
            return over(planned, planned.subject, facts, lambda one: run(one, facts))
        elsewhere = presets.out_of_place(planned, facts) or _not_applicable(planned, facts)
        return presets.told(elsewhere) if elsewhere else _checked(planned, facts)
    except names.BadName as error:
        tried = "reading what is expected"
        told = NoName(tried, because=str(error))
        return Result(planned, undetermined=str(told), code=told.code)
    except NoName as error:
        return Result(planned, undetermined=str(error), code=error.code)
    except NothingThere as reason:
        return Result(planned, skipped=str(reason))
    except Refused as error:
        return _refused(planned, error)
    except psycopg.Error as error:  # on a copy that is written to
        problem = our_error(error)
        if isinstance(problem, Refused):
            return _refused(planned, problem)
        return Result(planned, undetermined=str(problem))
    except Exception as error:
        return Result(planned, undetermined=str(internal(f"the check {planned.check}", error)))


def _is_there(planned: Planned, facts: Facts) -> bool:
    """Return whether there is a catalog of the moment that the check is about."""
    return not facts.target.failure and not (planned.stage and facts.target.server is None)


def _checked(planned: Planned, facts: Facts) -> Result:
    check = find(planned.check)
    if _in_scope(planned.check) and (nowhere := _nowhere(planned, facts)):
        return Result(planned, nowhere)
    # A matcher accepts many values, so no statement could make its expectation hold.
    if type(planned.expected) is Matcher:  # isinstance() would ask a kept entry for its model
        return Result(planned, matched(planned, facts, lambda one: _findings(one, facts)))
    findings = _with_fixes(planned, facts)
    if findings:
        findings = fixes.offered(planned, findings, facts, _with_fixes)
    elif not check.use.exempting and "analysis" not in check.needs:
        return Result(planned)  # as nearly all of them are
    if check.use.exempting:
        whole = facts.new is None or not reads_files(planned.check)
        findings = tuple(exemptions.applied(planned, findings, facts, whole=whole))
    unread = _unread_statements(planned, facts) if "analysis" in check.needs else ""
    if any(finding.untold for finding in findings):
        unread = "\n".join(filter(None, (unread, _not_tried(planned, findings))))
        findings = tuple(finding for finding in findings if not finding.untold)
    of_schema = planned.subject is not None and planned.subject.family == "schemas"
    missing = of_schema and check.use.presence == "exists"
    shared = f"schema {planned.subject} does not exist" if missing else ""
    return Result(planned, findings, undetermined=unread, shared=shared)


@cache
def _in_scope(check: str) -> bool:
    one = find(check)
    needs = {*one.needs, *one.query_needs}
    return not needs.isdisjoint({"scope", "policy_scope"}) and not of_files(check)


def _findings(planned: Planned, facts: Facts) -> tuple[Finding, ...]:
    check = find(planned.check)
    found = tuple(check.run(*given(check.needs, planned, facts)))
    if not found:
        return found
    return tuple(_as_read(apart(finding, planned.expected), facts) for finding in found)


def _with_fixes(planned: Planned, facts: Facts) -> tuple[Finding, ...]:
    """Return the findings, with fixes from the whole entry where the check has none."""
    findings = _findings(planned, facts)
    if not findings:
        return ()
    # Only where something fails, because to make an object anew takes the models of all kinds.
    from pytest_schemaverify.verification.remaking import completed

    return completed(planned, findings, facts, _findings)


def _as_read(finding: Finding, facts: Facts) -> Finding:
    """Return a finding with what the server says of its texts, where it has compared them."""
    sides = finding.expected, finding.actual
    reordered = facts.server.in_other_order(*sides)
    hint = finding.hint or (
        "these are the same words in another order; order counts" if reordered else ""
    )
    return replace(finding, read_as=facts.server.read(*sides), hint=hint)


@cache
def reads_files(check: str) -> bool:
    """Return whether a check looks at what migration files say, and needs no database."""
    return not {"analysis", "scripts"}.isdisjoint(find(check).needs)


@cache
def of_files(check: str) -> bool:
    """Return whether migration files are enough for a check, so that it needs no database."""
    needs = set(find(check).needs)
    return not needs.isdisjoint({"files", "scripts", "analysis"}) and needs <= _OF_FILES


_ONCE = frozenset({
    "actual", "analysis", "catalog", "clients", "declared", "entry", "expected", "failure",
    "family", "files", "members", "named", "named_schemas", "new", "parameters", "platform",
    "policy_scope", "public_buckets", "routines", "rows", "same", "same_condition", "schema",
    "scope", "scripts", "server", "subject", "today", "unmanaged", "unmanaged_noun",
    "unnamed_clients", "unsaid", "versions",
})  # fmt: skip
"""Names of the facts that are there once a database has been built and read, and its files too.

`rows` are of what a check asks the catalog; where it asks tables, its query needs other facts.
"""


@cache
def only_compares(check: str) -> bool:
    """Return whether a check compares two values, so that nothing is tried, run or built for it."""
    one = find(check)
    return _ONCE.issuperset((*one.needs, *one.query_needs, *one.value_needs))


def _unread_statements(planned: Planned, facts: Facts) -> str:
    """Return a text about the statements that could not be read, or "" if all were."""
    (analysis,) = given(("analysis",), planned, facts)  # the check has asked for it, so it is there
    unread = analysis.unread
    if not unread:
        return ""
    more = f"\nand {len(unread) - 5} more" if len(unread) > 5 else ""
    from pytest_schemaverify.sql.statements import known_syntax

    # A newer server may take what the parser does not.
    newer = any(one.reason.startswith("syntax error") for one in unread)
    known = f"; the parser knows the syntax of PostgreSQL {known_syntax()}" if newer else ""
    problem = CannotDetermine(
        "reading the migration files",
        because="\n".join(f"{one.place}: {one.reason}" for one in unread[:5]) + more,
        remedy=f"nothing that depends on these statements was checked{known}",
    )
    return str(problem)


def _not_tried(planned: Planned, findings: Iterable[Finding]) -> str:
    """Return a text about the objects that were not tried, each with the reason."""
    untold = [finding for finding in findings if finding.untold]
    told = [f"{one.subject}: {one.actual}" for one in untold[:_MOST_NOT_TRIED]]
    if len(untold) > _MOST_NOT_TRIED:
        told.append(f"and {len(untold) - _MOST_NOT_TRIED} more")
    tried = f"trying what {planned.name} forbids"
    return str(CannotDetermine(tried, because="\n".join(told), remedy=untold[0].hint))


_MOST_NOT_TRIED = 10
"""Objects that the text about untried ones names; the rest are counted."""


def _refused(planned: Planned, error: Refused) -> Result:
    """Return the result for a query that the server did not answer."""
    if error.state in refusals.NOT_THERE:
        finding = Finding(
            expected="a query that the server can answer",
            actual=refusals.reason(error),
            hint=error.hint,
        )
        return Result(planned, (finding,))
    tried = f"querying {planned.subject}" if planned.subject else "asking the database"
    problem = CannotDetermine(tried, because=refusals.reason(error), remedy=refusals.remedy(error))
    return Result(planned, undetermined=str(problem))


def _not_applicable(planned: Planned, facts: Facts) -> Result | None:
    """Return the result of a check that does not apply here; None for one that does."""
    use = find(planned.check).use
    if reason := _elsewhere(planned, use, facts):
        return Result(planned, skipped=reason)
    if reads_files(planned.check):
        if facts.files is None:
            return Result(planned, skipped="there are no migration files to read")
        return None
    if not use.unbuilt and facts.target.failure:
        if facts.spec.migrations is None:  # then no item of its own tells of it
            return Result(planned, undetermined=facts.target.failure)
        return Result(planned, skipped="a migration failed, see migrations::applies")
    if use.live:
        reason = _not_there(planned, facts)
        return Result(planned, skipped=reason) if reason else None
    missing = _missing(planned, use, facts)
    if missing is None and use.presence == "exists":
        return _without_schema(planned, planned.subject, facts)
    return _without(planned, missing, facts) if missing is not None else None


def _elsewhere(planned: Planned, use: Use, facts: Facts) -> str:
    """Return the reason for which a check is not for this kind of database, or ""."""
    if (use.built or planned.stage) and facts.target.server is None:
        return "this looks at how a disposable database was built; an existing one is only read"
    if use.copied and facts.copy is None:
        return "this is tried on a copy of a disposable database; an existing one is only read"
    if use.optional and planned.expected is False:
        return "the file says that it need not be so"
    return ""


def _without(planned: Planned, missing: Subject, facts: Facts) -> Result:
    """Return the result of a check whose object, or the one around it, is not there."""
    if nowhere := _without_schema(planned, missing, facts):
        return nowhere
    if missing.family in ("data", "access_tables"):  # naming one there plans no such check
        exists = find("data.exists").run
        return Result(planned, tuple(exists(None, missing, facts.catalog, facts.schema)))
    noun = kind_of(missing.family).noun
    return Result(planned, skipped=f"{noun} {missing} does not exist")


def _without_schema(planned: Planned, outer: Subject | None, facts: Facts) -> Result | None:
    """Return the result of a check of something in a schema, if that is not there."""
    there = facts.catalog.families["schemas"]
    if outer is None or not kind_of(outer.family).in_schemas or (outer.key[0],) in there:
        return None
    schema = names.quoted(outer.key[0])
    near = difflib.get_close_matches(outer.key[0], [name for (name,) in there], n=1)
    nearest = f"did you mean `{writing.key(yaml_names.plain(*near))}`?" if near else ""
    finding = Finding(
        expected=f"{kind_of(outer.family).noun} {outer}",
        actual=f"no such schema: {schema}",
        hint=same_letters(outer, others(facts.catalog, outer), facts.schema) or nearest,
    )
    return Result(planned, (finding,), shared=f"schema {schema} does not exist")


def _not_there(planned: Planned, facts: Facts) -> str:
    """Return why the database and its ledger cannot answer a check, or "" if they can."""
    if facts.target.server is not None:
        return "this compares an existing database with the files; name one with --schema-dsn"
    needed = find(planned.check).use.ledger
    if not needed:
        return ""
    from pytest_schemaverify.migrations import ledger  # few files have one

    entry: Any = planned.entry
    there = ledger.columns(facts.catalog, yaml_names.qualified(entry.table, facts.schema))
    if not there:
        return f"table {entry.table} does not exist"
    wanted, known = {
        "content": (entry.content, ledger.CONTENT), "order": (entry.order, ledger.ORDER)
    }.get(needed, ("", ()))  # fmt: skip
    if not known or ledger.chosen(wanted, known, there):
        return ""
    if wanted:
        listed = ", ".join(there)
        raise CannotDetermine(f"reading {entry.table}.{wanted}", because=f"it has only {listed}")
    return f"{entry.table} has none of the columns {', '.join(known)}"


def _missing(planned: Planned, use: Use, facts: Facts) -> Subject | None:
    """Return the outermost object that the check needs and that is not there."""
    subject = planned.subject
    if subject is not None and use.presence:
        subject = subject.parent
    missing = None
    # All are looked at, up to the outermost, because its absence explains that of the others.
    while subject is not None:
        if facts.row(subject) is None:
            missing = subject
        subject = subject.parent
    return missing


def _nowhere(planned: Planned, facts: Facts) -> tuple[Finding, ...]:
    """Return a finding for each schema in scope that does not exist: nothing would be looked at."""
    schemas = facts.scope(getattr(planned.expected, "schemas", None))
    there = facts.catalog.families["schemas"]
    return tuple(
        Finding(subject=schema, expected="a schema to look at", actual="no such schema")
        for schema in sorted(schemas)
        if (schema,) not in there
    )
