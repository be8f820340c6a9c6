"""The README's example is run, and shows what a user sees."""

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.verification.planning.expectations import plan

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_readme_shows_what_a_user_sees(pytester: pytest.Pytester) -> None:
    blocks: dict[str, str] = {}
    for kind, text in BLOCK.findall(README):
        blocks.setdefault(kind, text)
    pytester.mkdir("migrations").joinpath("001_memories.sql").write_text(blocks["sql"])
    pytester.path.joinpath("expectations.yaml").write_text(blocks["yaml"])
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "--no-header")
    assert steady("\n".join(result.outlines)) == steady(blocks["text"])


def test_the_picture_shows_the_same_run() -> None:
    """It is compared with the text, which is compared with a run: `make picture` draws it anew."""
    shown = next(text for kind, text in BLOCK.findall(README) if kind == "text")
    command, *drawn = lines_of(ROOT / "docs/picture.svg")
    assert command == "$ pytest -q"
    assert whole("\n".join(drawn)) == whole(shown)


def lines_of(picture: Path) -> list[str]:
    """Return the lines of text in a picture of a terminal."""
    lines: dict[int, str] = {}
    for text in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text"):
        if (line := re.search(r"line-(\d+)", text.get("clip-path", ""))) is not None:
            before = lines.get(int(line[1]), "")
            column = round(float(text.get("x", "0")) / 12.2)
            lines[int(line[1])] = before.ljust(column) + (text.text or "").replace("\xa0", " ")
    return [lines[number].rstrip() for number in sorted(lines)]


def whole(output: str) -> str:
    """Return the output without the ends of lines that pytest or the picture cut off."""
    return steady(re.sub(r"^(FAILED \S+).*", r"\1", output, flags=re.MULTILINE))


def test_every_file_in_the_readme_can_be_read() -> None:
    for text in [text for kind, text in BLOCK.findall(README) if kind == "yaml"]:
        assert plan(*load(text, "expectations.yaml"), "expectations.yaml")


GUIDES = sorted(ROOT.glob("docs/**/*.md"))
OTHER_FILE = re.compile(r"# \S+\.ya?ml\b(?<!expectations\.yaml)")
"""What a block begins with that is no file of expectations: the name of a workflow."""

PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("pytest_schemaverify/**/*.md"),
]


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_every_file_in_a_page_can_be_read(page: Path) -> None:
    for text in [text for kind, text in BLOCK.findall(page.read_text("utf-8")) if kind == "yaml"]:
        if not OTHER_FILE.match(text):
            load(text, "expectations.yaml", given={})


def test_links_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in PAGES
        for link, path, anchor in LINK.findall(page.read_text(encoding="utf-8"))
        if not (to := page.parent / path if path else page).exists()
        or (anchor and to.suffix == ".md" and anchor not in anchors(to))
    ]
    assert broken == []


LINK = re.compile(r"\]\(((?!https?:)([^)#\s]*)#?([^)\s]*))\)")


@cache
def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    text = re.sub(
        r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    return {
        re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-")
        for title in re.findall(r"^#+ (.*)", text, re.MULTILINE)
    }


def steady(output: str) -> str:
    """Return the output without what differs from run to run: times, versions, folders."""
    output = re.sub(r"\d+(?:\.\d+)?m?s\b", "0s", output.strip())
    output = re.sub(r"(PostgreSQL|pgvector) \d+(?:\.\d+)+", r"\1 x", output)
    return re.sub(r"[ \t]+", " ", output)
