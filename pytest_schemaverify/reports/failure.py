"""A failed expectation as text."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.reports.difference import LONG, difference, differs_at_length
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.result import Result


def failure(result: Result, file: str = "") -> str:
    """Return what is wrong: the place in the file, what was expected, what is there, what helps."""
    planned = result.planned
    place = f"{planned.file or file}:{planned.line}:{planned.column}: " if file else ""
    asked = f" (preset {planned.preset})" if planned.preset else ""
    lines = [f"{place}{planned.name}{asked}"]
    for finding, *alike in _by_cause(result.findings):
        of_screen = not finding.cause or len(lines) < SCREEN
        lines += told(finding, alike) if of_screen else [_in_brief(finding, alike)]
    if result.undetermined:
        lines += labelled("cannot tell", masked(result.undetermined))
    return "\n".join(lines)


SCREEN = 40
"""Lines after which findings of other causes are told in one line each."""


def _by_cause(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return the findings as they may be printed, those of one cause together."""
    found: dict[object, list[Finding]] = {}
    for number, one in enumerate(findings):
        group = found.setdefault(one.cause or number, [])
        if group and one.subject in {other.subject for other in group}:
            group = found.setdefault(number, [])  # of one object it is told as often as it is found
        group.append(one.masked)
    return [*found.values()]


def once(results: Iterable[Result]) -> Iterator[Result]:
    """Yield results, and of those that fail for one reason only the first."""
    seen = set()
    for result in results:
        # What is missing at one stage may be there at another. What could not be found out, as on a
        # lost connection, is one cause at every stage.
        cause = ("" if result.undetermined else result.planned.stage, result.shared)
        if not (result.shared and (result.findings or result.undetermined) and cause in seen):
            yield result
        seen.add(cause)


def brief(result: Result) -> str:
    """Return what is wrong in one line; of several findings the first."""
    if result.undetermined and not result.findings:
        # Masked before it is cut: often it is the text around it that shows what is a secret.
        return f"cannot tell: {in_a_line(masked(result.undetermined))}"
    first, *others = result.findings
    finding = first.masked
    subject = "".join(f"{part}: " for part in (finding.place, finding.subject) if part)
    sides = f"expected {in_a_line(finding.expected)}, actual {in_a_line(finding.actual)}"
    return f"{subject}{sides}{f' (and {len(others)} more)' if others else ''}"


def in_a_line(text: str) -> str:
    """Return the first line of a text; of an error what was tried and why that failed."""
    first, *rest = (line.strip() for line in text.splitlines() or [""])
    because = rest and rest[0].startswith("because ")
    return f"{first}: {rest[0].removeprefix('because').strip()}" if because else first


def _in_brief(finding: Finding, alike: Sequence[Finding]) -> str:
    more = f" and {len(alike)} more" if alike else ""
    return f"  {finding.subject}{more}: {in_a_line(finding.actual)}"


def told(finding: Finding, alike: Sequence[Finding] = ()) -> Iterator[str]:
    """Yield the lines about a finding, and the objects at which it is the same."""
    if finding.subject or finding.place:
        yield f"  {': '.join(filter(None, (finding.place, finding.subject)))}"
    sides = (finding.expected, finding.actual)
    if differs_at_length(*sides):
        sides = (_start(finding.expected), _start(finding.actual))
    for label, text, read_as in zip(("expected", "actual"), sides, finding.read_as, strict=True):
        yield from labelled(label, text)
        if read_as and not differs_at_length(*finding.read_as):
            yield from labelled("  read as", read_as)
    if differs_at_length(finding.expected, finding.actual):
        # As the server reads both, differences of spelling are gone.
        read = all(finding.read_as)
        lines = difference(*(finding.read_as if read else (finding.expected, finding.actual)))
        yield from labelled("- and +", "\n".join(lines))
    if alike:
        yield from labelled("the same at", _listed(alike))
    if finding.hint:
        yield from labelled("note", finding.hint)
    if finding.changed:
        yield from labelled("note", finding.changed)
    if fixes := dict.fromkeys(one.fix for one in (finding, *alike) if one.fix):
        yield from labelled("fix", "\n".join(fixes))


def _listed(alike: Sequence[Finding]) -> str:
    """Return the objects of findings in lines of a width that a terminal has."""
    subjects = dict.fromkeys(one.subject for one in alike)
    return "\n".join(wrap(", ".join(subjects), 100, break_long_words=False))


def _start(text: str) -> str:
    """Return the beginning of a long text, and how much more there is."""
    lines = text.strip().splitlines()
    first = lines[0] if len(lines[0]) <= LONG else f"{lines[0][:LONG]}…"
    more = len(lines) - 1
    return f"{first} … ({more} more lines)" if more else first


def labelled(label: str, text: str) -> list[str]:
    """Return the lines of a text behind its label."""
    # The width is that of the longest label, `cannot tell`.
    first, *rest = text.splitlines() or [""]
    return [f"    {label:<11} {first}", *(f"{'':16}{line}" for line in rest)]
