"""One expectation of all objects that match a pattern."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject, kind_of
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result


def over(
    planned: Planned, pattern: Subject, facts: Facts, run: Callable[[Planned], Result]
) -> Result:
    """Return one result for all objects. A pattern that matches none does not hold."""
    objects = facts.objects(pattern)
    noun = kind_of(pattern.family).noun
    if not objects:
        # That nothing matches is what `absent` wants.
        if planned.check.endswith(".absent"):
            return Result(planned)
        if not planned.check.endswith(".exists"):
            return Result(planned, skipped=f"no {noun} matches {pattern}")
        expected = f"at least one {noun} that matches {pattern}"
        return Result(planned, (Finding(expected=expected, actual="none does"),))
    results = [run(replace(planned, subject=one)) for one in objects]
    skipped = [one.skipped for one in results if one.skipped]
    untold = dict.fromkeys(one.undetermined for one in results if one.undetermined)
    return Result(
        planned,
        tuple(found for one in results for found in _with_object_names(one)),
        # One object that was looked at makes it a result.
        skipped=skipped[0] if len(skipped) == len(results) else "",
        undetermined="\n".join(untold),
    )


def _with_object_names(result: Result) -> Iterator[Finding]:
    """Yield the findings of one object, each with its name."""
    for finding in result.findings:
        name = str(result.planned.subject)
        yield replace(finding, subject=f"{name}: {finding.subject}" if finding.subject else name)
