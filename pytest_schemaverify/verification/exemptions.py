"""Exemptions from rules: each has a reason, and one that covers nothing is a finding itself."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pytest_schemaverify.canonical import body_hash
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.ended import ended
from pytest_schemaverify.sql import names
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.facts.exempted import FILE, is_named, no_name
from pytest_schemaverify.verification.planning import Planned


def applied(
    planned: Planned, findings: Iterable[Finding], facts: Facts, *, whole: bool = True
) -> Iterator[Finding]:
    """Yield the findings that no exemption covers, and the exemptions that cover nothing.

    Of several for the same object the most exact one counts, in any order of the file. Without
    `whole` the findings are those of some files, and an exemption may be for another file.
    """
    exempt = dict(sorted(planned.expected.exemptions.items(), key=_exactness))
    used = set()
    for finding in findings:
        written = next((name for name in exempt if _covers(name, finding, facts)), None)
        if written is None:
            yield finding
            continue
        # One that has ended has covered something, too: it must not be called needless.
        used.add(written)
        one = exempt[written]
        if over := ended(one, facts.today):
            yield replace(finding, hint=over)
        elif body := vars(one).get("body"):  # those of functions can have one
            yield from _reviewed(body, finding, facts)
    unused = [name for name in exempt if name not in used] if whole else []
    for name in [name for name in unused if not _replaced(name, facts)]:
        yield Finding(
            subject=name,
            expected="an object that needs this exemption",
            actual="none does; remove it from `except`",
            hint="" if name.isdigit() else no_name(name),  # a large object has a number
        )


def _exactness(item: tuple[str, object]) -> tuple[bool, bool, int]:
    """Return a key that sorts exemptions: signatures and lines of files, names, then patterns."""
    written, _ = item
    pattern = names.is_pattern(written)
    exact = written.endswith(")") or (FILE.search(written) and written[-1].isdigit())
    return pattern, not exact, -len(written)


def _reviewed(body: str, finding: Finding, facts: Facts) -> Iterator[Finding]:
    """Yield a finding unless the function has the body that an exemption was made for."""
    for row in facts.catalog.families["functions"].values():
        name = names.quoted(row.schema, row.name)
        if finding.subject in (name, f"{name}({row.arguments})"):
            found = body_hash(row.source)
            if found != body:
                yield Finding(
                    subject=f"{name}({row.arguments})",
                    expected=f"the body that was reviewed, {body}",
                    actual=f"another body, {found}",
                    hint="review it, and write this hash into the exemption",
                )
            return
    raise CannotDetermine(
        f"looking at the body of {finding.subject}",
        because="the snapshot has no function of that name",
        remedy="leave `body` out of the exemption",
    )


def _covers(written: str, finding: Finding, facts: Facts) -> bool:
    """Return whether an exemption is for a finding, by the object or the file that it names."""
    if not FILE.search(written):
        return written == finding.subject or is_named(written, finding.subject, facts)
    line = finding.place.rpartition(":")[0]  # people write no column
    places = (line, line.rpartition(":")[0])
    return any(f"/{place}".endswith(f"/{written}") for place in places)


def _replaced(written: str, facts: Facts) -> bool:
    """Return whether an exemption is for a file that a backup stands for in this run."""
    replaced = facts.files.replaced if facts.files else ()
    name = written.rpartition(":")[0] if written[-1:].isdigit() else written  # without its line
    return any(f"/{one.path.as_posix()}".endswith(f"/{name}") for one in replaced)
