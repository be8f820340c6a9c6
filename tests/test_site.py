"""What `make docs` says of a site: links that lead nowhere, and what comes from elsewhere."""

from pathlib import Path

import pytest
import yaml

from tools.site import ROOT, pages_of, places, problems

HOME = '<h1 id="top">Home</h1><a href="guide/#here">guide</a><script src="a.js"></script>'
GUIDE = '<h1 id="here">Guide</h1><a href="../">home</a><a href="https://example.com/">away</a>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    files = {"index.html": HOME, "guide/index.html": GUIDE, "a.js": "", "a.css": ""}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_site_that_is_whole(site: Path) -> None:
    assert problems(site, [{"Home": "index.md"}, {"Guides": ["guide.md"]}]) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("index.html", '<a href="gone/">x</a>', "index.html: gone/: there is no such page"),
        ("index.html", '<a href="#no">x</a>', "index.html: #no: the page has no such heading"),
        (
            "guide/index.html",
            '<a href="../#no">x</a>',
            "guide/index.html: ../#no: the page has no such heading",
        ),
        ("index.html", '<img src="no.svg">', "index.html: no.svg: there is no such page"),
        (
            "index.html",
            '<script src="https://cdn.example.com/a.js"></script>',
            "index.html loads https://cdn.example.com/a.js",
        ),
        (
            "index.html",
            '<link rel="stylesheet" href="//fonts.example.com/a.css">',
            "index.html loads //fonts.example.com/a.css",
        ),
        ("index.html", "<p>```sql a.sql</p>", "index.html shows a block of code as text"),
        ("a.css", "@import 'https://fonts.example.com/a'", "a.css loads from elsewhere"),
    ],
)
def test_what_is_wrong_is_told(site: Path, name: str, text: str, said: str) -> None:
    path = site / name
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    assert problems(site, []) == [said]


def test_a_page_of_the_navigation_that_is_missing_is_told(site: Path) -> None:
    assert problems(site, [{"Guides": [{"Gone": "gone.md"}]}]) == ["gone.md has no page"]


def test_the_navigation_has_every_page_but_those_of_the_checks() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    there = {place for place in places().values() if place.endswith(".md")}
    assert set(pages_of(nav)) == {place for place in there if not place.startswith("checks/")}
