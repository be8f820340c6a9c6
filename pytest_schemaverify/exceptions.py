"""Exceptions from rules: each has a reason, and one that covers nothing is a finding itself."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pytest_schemaverify import names
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.facts import Facts
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.plan import Planned


def applied(planned: Planned, findings: Iterable[Finding], facts: Facts) -> Iterator[Finding]:
    """Yield the findings that no exception covers, and the exceptions that cover nothing."""
    unused = dict(planned.expected.exceptions)
    for finding in findings:
        written = next((name for name in unused if _covers(name, finding.subject, facts)), None)
        exempt = unused.pop(written) if written is not None else None
        if exempt is None:
            yield finding
        elif exempt.until is not None and exempt.until < facts.today:
            yield replace(finding, hint=f"the exception ended on {exempt.until}: {exempt.reason}")
    for name in unused:
        yield Finding(
            subject=name,
            expected="an object that needs this exception",
            actual="none does; remove it from `except`",
        )


def _covers(written: str, subject: str, facts: Facts) -> bool:
    """Return whether a name in the file is the object's, spelled as SQL would accept it."""
    name, types = names.signature(written)
    parts = names.parts(name)
    spelled = {names.quoted(*parts), names.quoted(facts.schema, *parts)}
    if types is None:
        return subject in spelled or subject.partition("(")[0] in spelled
    try:
        arguments = ", ".join(map(facts.server.type, types))
    except CannotDetermine:  # no such type, so there is no such function
        return False
    return subject in {f"{one}({arguments})" for one in spelled}
