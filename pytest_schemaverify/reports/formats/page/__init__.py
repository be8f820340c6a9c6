"""The page of the HTML report: its parts, and how one file is made of them.

Its script only searches, filters and folds, and shows what is behind the first hundreds of
expectations. So the page can be read and printed without JavaScript. All texts are escaped here.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from string import Template
from urllib.parse import quote

from pytest_schemaverify.reports.formats.page.markup import Markup, text
from pytest_schemaverify.reports.formats.page.overview import VERDICTS

_HERE = Path(__file__).parent


def assembled(verdict: str, title: str, body: Markup) -> str:
    """Return the whole page, which loads nothing and runs no other script than its own."""
    style, script, page = (
        (_HERE / name).read_text("utf-8") for name in ("style.css", "script.js", "page.html")
    )
    return Template(page).substitute(
        title=text(title),
        icon=_icon(verdict),
        style=style,
        style_digest=_digest(style),
        script=script,
        script_digest=_digest(script),
        body=body,
    )


def _digest(said: str) -> str:
    """Return what the Content-Security-Policy allows: this text, and no other."""
    return "sha256-" + b64encode(sha256(said.encode()).digest()).decode()


_COLOURS = {
    "passed": "#1a7f4b",
    "failed": "#c0262d",
    "undetermined": "#96690a",
    "skipped": "#626b76",
}


def _icon(verdict: str) -> Markup:
    """Return an icon that shows the verdict in the tab of the page."""
    colour, mark = VERDICTS[verdict]
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<circle cx="16" cy="16" r="16" fill="{_COLOURS[colour]}"/>'
        f'<text x="16" y="23" font-size="20" text-anchor="middle" fill="#fff">{mark}</text></svg>'
    )
    return text(f"data:image/svg+xml,{quote(drawn)}")
