"""The site: `make docs` gathers its pages, builds them, and looks through what was built.

python -m tools.site gather    copy the pages of docs/ and of the checks to build/docs
python -m tools.site check     look for links that lead nowhere, and what comes from elsewhere
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from pytest_schemaverify.kinds import Check, every

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "build/docs"
SITE = ROOT / "site"
OTHERS = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "SUPPORT.md": "support.md",
    "bench/RESULTS.md": "benchmarks.md",
    "pytest_schemaverify/expectations.schema.json": "reference/expectations.schema.json",
    "pytest_schemaverify/reports/formats/report.schema.json": "reference/report.schema.json",
}
"""Files outside of docs/ that pages lead to, with their places in the site."""

LINK = re.compile(r"(\]\()(?!https?:|#)([^)#\s]+)((?:#[^)\s]*)?\))")


def places() -> dict[Path, str]:
    """Return the files that the site is made of, with their places in it."""
    docs = {path: path.relative_to(ROOT / "docs").as_posix() for path in _files(ROOT / "docs")}
    checks = {
        one.page: f"checks/{one.page.parent.name}/{one.page.name}" for one in every().values()
    }
    return {ROOT / name: place for name, place in OTHERS.items()} | docs | checks


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def gather() -> None:
    """Copy the pages to build/docs, with links that lead to where the others are there."""
    shutil.rmtree(PAGES, ignore_errors=True)
    there = places()
    titles = _titles()
    for path, place in there.items():
        to = PAGES / place
        if path == ROOT / "README.md":  # docs/index.md stands in its place
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix != ".md":
            shutil.copy(path, to)
            continue
        text = titles.get(path, "") + _moved(path, place, there)
        to.write_text(text, encoding="utf-8")


def _moved(path: Path, place: str, there: Mapping[Path, str]) -> str:
    """Return the text of a page with its links as they are at its place."""

    def link(found: re.Match[str]) -> str:
        to = there.get(Path(os.path.normpath(path.parent / found[2])))
        if to is None:
            sys.exit(f"{path.relative_to(ROOT)}: {found[2]} is not in the site: see OTHERS")
        return f"{found[1]}{os.path.relpath(to, Path(place).parent)}{found[3]}"

    text = LINK.sub(link, path.read_text(encoding="utf-8"))
    # The name of a file behind the language, which GitHub leaves out.
    text = re.sub(r"^```(\w+) +(?!title=)(\S+)$", r'```\1 title="\2"', text, flags=re.MULTILINE)
    text = re.sub(r" \{pg >= (\d+)\}$", r" (PostgreSQL \1 and later)", text, flags=re.MULTILINE)
    return re.sub(r" \{pg < (\d+)\}$", r" (before PostgreSQL \1)", text, flags=re.MULTILINE)


def _titles() -> dict[Path, str]:
    """Return what the page of a check begins with in the site: which checks it is about."""
    found: dict[Path, list[Check]] = {}
    for one in every().values():
        found.setdefault(one.page, []).append(one)
    return {page: _title(page, checks) for page, checks in found.items()}


def _title(page: Path, checks: list[Check]) -> str:
    name = checks[0].name if len(checks) == 1 else f"{page.parent.name}.{page.stem}"
    said = f"**{checks[0].summary}**"
    if len(checks) > 1:
        said = "\n".join(f"- `{one.name}`: {one.summary}" for one in checks)
    return f"# {name}\n\n[All checks](../../reference/checks.md)\n\n{said}\n\n"


class _Page(HTMLParser):
    """What a page of the site has: its anchors, where it leads to, what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.unread = "```" in text
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") not in ("canonical", "next", "prev"):
            self.loaded.append(given.get("href", ""))
        elif "src" in given:
            self.loaded.append(given["src"])


def problems(site: Path, nav: object) -> list[str]:
    """Return what is wrong with a built site: links, pages of `nav` that are missing, loading."""
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    wrong = [f"{place} has no page" for place in pages_of(nav) if _built(site, place) not in pages]
    for path, page in sorted(pages.items()):
        name = path.relative_to(site).as_posix()
        wrong += [f"{name} shows a block of code as text"] if page.unread else []
        for to in page.links + page.loaded:
            parts = urlsplit(to)
            if parts.scheme or parts.netloc:
                if to in page.loaded:
                    wrong.append(f"{name} loads {to}")
            elif (reason := _lost(site, path, parts.path, parts.fragment, pages)) and to:
                wrong.append(f"{name}: {to}: {reason}")
    for path in sorted(site.rglob("*.css")):
        if re.search(r"(url\(|@import )[\"']?(https?:)?//", path.read_text(encoding="utf-8")):
            wrong.append(f"{path.relative_to(site).as_posix()} loads from elsewhere")
    return wrong


def _lost(site: Path, path: Path, to: str, fragment: str, pages: Mapping[Path, _Page]) -> str:
    """Return why a link leads nowhere; "" where it leads somewhere."""
    base = site if to.startswith("/") else path.parent
    found = Path(os.path.normpath(base / unquote(to).lstrip("/"))) if to else path
    found = found / "index.html" if found.is_dir() else found
    if not found.exists():
        return "there is no such page"
    anchor = unquote(fragment)
    if anchor and found in pages and anchor not in pages[found].anchors:
        return "the page has no such heading"
    return ""


def pages_of(nav: object) -> Iterator[str]:
    """Yield the pages that the navigation names."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        for inner in nav.values():
            yield from pages_of(inner)
    elif isinstance(nav, list):
        for inner in nav:
            yield from pages_of(inner)


def _built(site: Path, place: str) -> Path:
    path = site / place
    return (
        path.with_name("index.html")
        if path.stem == "index"
        else path.with_suffix("") / "index.html"
    )


def main(arguments: list[str]) -> int:
    """Gather the pages, or check the site."""
    if arguments == ["gather"]:
        gather()
        return 0
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    found = problems(SITE, nav)
    sys.stderr.writelines(f"{line}\n" for line in found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
