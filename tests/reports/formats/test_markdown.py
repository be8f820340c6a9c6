"""Markdown for a job's summary and for a comment, as GitHub's own parser renders it."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from pytest_schemaverify.reports.compared import Change, Compared
from pytest_schemaverify.reports.formats import comment, markdown
from pytest_schemaverify.reports.places import folder_in_repository, url
from pytest_schemaverify.reports.record import Place, Problem, Record
from tests.reports.formats.records import expectation, finding, record

HOSTILE = (
    "a`b @everyone #123 me/app#4 | <script>x</script> </details> ```` `b` **c** $`d`$ [e](f)"
    " <!-- \u202e https://example.org"
)
GITHUB = {
    "GITHUB_WORKSPACE": "/home/me/app", "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "me/app", "GITHUB_SHA": "abc123",
}  # fmt: skip
GITLAB = {
    "CI_PROJECT_DIR": "/home/me/app", "CI_PROJECT_URL": "https://gitlab.com/me/app",
    "CI_COMMIT_SHA": "abc123",
}  # fmt: skip


class Page(HTMLParser):
    """What a reader sees of Markdown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.prose = ""
        """Text that is no code, in which GitHub makes links."""
        self.blocks: list[str] = []
        self.links: list[str] = []
        self.cells: list[str] = []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.append(tag)
        if tag == "pre":
            self.blocks.append("")
        if tag == "td":
            self.cells.append("")
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "pre" in self.open:
            self.blocks[-1] += data
        elif "code" not in self.open:
            self.prose += data
        if "td" in self.open:
            self.cells[-1] += data


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in {**GITHUB, **GITLAB}:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("form", [markdown, comment], ids=lambda form: form.__name__[-8:])
def test_text_of_others_does_nothing_but_being_read(form: object) -> None:
    bad = finding(
        "1", subject=HOSTILE, expected=HOSTILE, actual=f"{HOSTILE}\n\n```\n# d", hint=HOSTILE,
        fix=f"select $$\n````\n{HOSTILE} $$;\n\n", place=Place(f"{HOSTILE}.sql", 1),
    )  # fmt: skip
    untold = expectation("b", outcome="undetermined", reason=HOSTILE, fingerprint="2")
    gone = Change(
        change="gone", id=f"x::{HOSTILE}", check="", concern="", outcome="", fingerprint="3"
    )
    compared = Compared(file=HOSTILE, began="2026-12-01T09:00:00+00:00", changes=(gone,))
    page = Page(
        form.text(  # type: ignore[attr-defined]
            record(
                expectation(HOSTILE, bad),
                untold,
                compared=compared,
                problems=(Problem(HOSTILE, Place(HOSTILE, 1)),),
            )
        )
    )
    assert page.open == []
    assert {*page.tags} <= {"h2", "h3", "h4", "p", "strong", "code", "details", "summary", "pre",
                            "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    for sign in ("@", "#", "*", "`", "|", "<", "example.org"):
        assert sign not in page.prose
    shown = HOSTILE.replace("\u202e", "\ufffd")
    said = "\n".join(page.blocks)
    assert f"expected    {shown}\nactual      {shown}\n\n            ```\n            # d" in said
    assert f"select $$\n````\n{shown} $$;\n" in page.blocks
    assert page.links == []


def many(number: int) -> Record:
    return record(
        *(
            expectation(f"t{one}::nullable", finding(str(one), actual="é" * 40))
            for one in range(number)
        )
    )


@pytest.mark.parametrize(
    ("form", "limit", "least", "most"),
    [(markdown, 900_000, 1000, 5000), (comment, 60_000, 20, 20)], ids=["markdown", "comment"],
)  # fmt: skip
def test_what_is_too_much_is_counted(form: object, limit: int, least: int, most: int) -> None:
    found: str = form.text(many(5000))  # type: ignore[attr-defined]
    assert len(found.encode()) <= limit
    page = Page(found)
    [left] = re.findall(r"([\d,]+) more findings are left out here", page.prose)
    assert page.tags.count("details") + int(left.replace(",", "")) == 5000
    assert least <= page.tags.count("details") <= most
    assert "left out" not in form.text(many(20))  # type: ignore[attr-defined]


def test_findings_of_one_cause_are_all_counted() -> None:
    alike = [expectation(name, finding(name, cause="c")) for name in "abc"]
    assert "**3 more findings are left out here**" in markdown.written(record(*alike), limit=500)


def test_one_finding_that_is_too_long_costs_no_other() -> None:
    long = dict.fromkeys(("expected", "actual", "hint", "fix"), "x" * 4000)
    first = expectation("a", *(finding(str(one), **long) for one in range(10)))
    found = comment.text(record(first, expectation("b", finding("last", actual="short"))))
    assert len(found.encode()) <= 60_000
    assert "actual <code>short</code>" in found


def test_a_comment_begins_with_the_marker_by_which_it_is_found() -> None:
    found = comment.text(record(expectation("a")))
    assert found.splitlines()[:2] == [
        "<!-- pytest-schemaverify -->", "## ✅ The database is what the file says",
    ]  # fmt: skip
    assert "<!--" not in markdown.text(record(expectation("a")))


def test_findings_stand_by_check_the_worst_first_and_those_of_one_cause_together() -> None:
    policy = {"check": "policies.using", "concern": "security", "category": "RLS policies"}
    page_text = markdown.text(
        record(
            expectation("a::nullable", finding("1", cause="c", fix="fix a")),
            expectation("b::nullable", finding("2", cause="c", fix="fix b")),
            expectation("c::nullable", finding("3", known="it is accepted"), finding("4")),
            expectation("d::nullable", finding("5"), outcome="warned"),
            expectation("p::using", finding("6"), **policy),
            expectation("e::nullable", finding("7", known="it is known"), outcome="known"),
        )
    )
    headings = re.findall(r"^#{3,4} .*$", page_text, re.MULTILINE)
    assert headings == [
        "### Failures", "#### `policies.using`: 1, security",
        "#### `columns.nullable`: 3, correctness", "### Warnings",
        "#### `columns.nullable`: 1, correctness",
    ]  # fmt: skip
    page = Page(page_text)
    assert page.tags.count("details") == 4
    assert "the same at b::nullable" in "".join(page.blocks)
    assert "fix a\nfix b\n" in page.blocks
    assert page.cells == ["table structures", "3", "1", "1", "RLS policies", "1", "", "", "all",
                          "4", "1", "1"]  # fmt: skip


def test_what_has_changed_comes_first() -> None:
    changes = [
        Change(change=change, id=f"expectations.yaml::{name}", check="columns.nullable",
               concern="correctness", outcome="failed", fingerprint=name)
        for name, change in (("a", "still failing"), ("b", "new"), ("z", "gone"))
    ]  # fmt: skip
    compared = Compared(file="main.json", began="2026-12-01T09:00:00+00:00", changes=(*changes,))
    both = record(expectation("a", finding("a")), expectation("b", finding("b")), compared=compared)
    found = markdown.text(both)
    order = ["The database is not what the file says",
             "**1 new, 1 gone, 1 still failing** since the run of 2026-12-01 09:00 UTC"
             " (`main.json`)", "### New", "<code>b</code>", "### Gone", "- `z`", "| Category",
             "### Failures", "<code>a</code>"]  # fmt: skip
    places = [found.index(one) for one in order]
    assert places == sorted(places)
    assert found.count("<details>") == 2
    short = comment.text(both)
    assert "<code>b</code>" in short
    assert "<code>a</code>" not in short
    assert "What still fails is not told again here." in short


@pytest.mark.parametrize(
    ("environ", "blob"),
    [(GITHUB, "https://github.com/me/app/blob/abc123"),
     (GITLAB, "https://gitlab.com/me/app/-/blob/abc123")], ids=["github", "gitlab"],
)  # fmt: skip
def test_places_lead_to_the_line_where_the_ci_says_where_that_is(
    environ: dict[str, str], blob: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    changed = Place("migrations/1 #a.sql", 2)
    folder = folder_in_repository(Path("/home/me/app/api"), os.environ)
    found = markdown.text(record(expectation("a", finding("1", changed=changed)), folder=folder))
    assert Page(found).links == [
        f"{blob}/api/expectations.yaml#L6", f"{blob}/api/migrations/1%20%23a.sql#L2",
    ]  # fmt: skip
    assert folder_in_repository(Path("/home/me/app"), os.environ) == ""
    assert folder_in_repository(Path("/elsewhere"), os.environ) == ""
    assert url(Place("../other/a.sql", 1), folder, os.environ) == ""
    monkeypatch.delenv(next(name for name in environ if "SHA" in name))
    assert "`migrations/1 #a.sql:2`" in markdown.text(
        record(expectation("a", finding("1", changed=changed)))
    )
