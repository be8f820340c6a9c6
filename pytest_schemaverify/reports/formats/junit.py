"""The results by object as JUnit's XML: a test case is an entry of the file, such as a table.

CI servers take minutes for a file with a test case for each of thousands of expectations, which is
what pytest's own `--junitxml` writes. Jenkins describes the format in
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

import re
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pytest_schemaverify.reports.differences import of_expectation
from pytest_schemaverify.reports.record import Problem, Record, Reported

_TAGS = {"failed": "failure", "undetermined": "error"}
"""What is wrong with a test case, by the worst outcome in it."""
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write: https://www.w3.org/TR/xml/#charsets"""


def text(record: Record) -> str:
    """Return a test suite for each file of expectations, and one for files that nobody can read."""
    root = Element("testsuites", name="schema verification", time=f"{record.seconds:.3f}")
    files: dict[str, list[Reported]] = {}
    for one in record.expectations:
        files.setdefault(one.id.partition("::")[0], []).append(one)
    for file, expectations in files.items():
        _suite(root, file, expectations, record.began)
    if record.problems:
        _unread(root, record.problems)
    suites = [*root]
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, file: str, expectations: Iterable[Reported], began: str) -> None:
    objects: dict[str, list[Reported]] = {}
    for one in expectations:
        objects.setdefault(one.object, []).append(one)
    suite = SubElement(root, "testsuite", name=_written(file), timestamp=began[:19])
    module = re.sub(r"\.ya?ml$", "", file).replace("/", ".")
    for name, members in objects.items():
        section = re.split(r"[.:]", name, maxsplit=1)[0]
        _case(suite, f"{module}.{section}", name, members)
    _count(suite)


def _case(suite: Element, classname: str, name: str, members: Sequence[Reported]) -> None:
    seconds = f"{sum(one.seconds for one in members):.3f}"
    case = SubElement(
        suite, "testcase", classname=_written(classname), name=_written(name), time=seconds
    )
    for outcome, tag in _TAGS.items():
        if any(one.outcome == outcome for one in members):
            # Both in one element: of several, GitLab shows the first.
            wrong = [one for one in members if one.outcome in _TAGS]
            headline = f"{len(wrong)} of {len(members)} expectations: {_names(wrong)}"
            SubElement(case, tag, type=outcome, message=_written(headline)).text = _told(wrong)
            break
    else:
        if all(one.outcome == "skipped" for one in members):
            reasons = dict.fromkeys(one.reason for one in members)
            SubElement(case, "skipped", message=_written("; ".join(reasons)))
    if accepted := [one for one in members if one.outcome in ("warned", "known")]:
        SubElement(case, "system-out").text = _told(accepted)


def _unread(root: Element, problems: Iterable[Problem]) -> None:
    suite = SubElement(root, "testsuite", name="files of expectations")
    for number, one in enumerate(problems, 1):
        name = f"{one.place or f'problem {number}'}"
        case = SubElement(suite, "testcase", classname="files", name=_written(name), time="0.000")
        error = SubElement(case, "error", type="problem", message=_written(one.message))
        error.text = _written(one.text)
    _count(suite)


def _count(suite: Element) -> None:
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in suite)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in suite):.3f}")


def _names(wrong: Sequence[Reported], most: int = 5) -> str:
    names = [one.name.removeprefix(one.object).lstrip(".:") or one.name for one in wrong[:most]]
    return ", ".join([*names, "…"] if len(wrong) > most else names)


def _told(expectations: Iterable[Reported]) -> str:
    lines = []
    for one in expectations:
        lines.append(f"{one.place}: {one.name} ({one.outcome})")
        lines += [line for difference in of_expectation(one) for line in difference.lines()]
    return _written("\n".join(lines))


def _written(text: str) -> str:
    """Return a text with a code for each character that XML forbids, as pytest writes it."""
    return _FORBIDDEN.sub(lambda found: f"#x{ord(found[0]):02X}", text)
