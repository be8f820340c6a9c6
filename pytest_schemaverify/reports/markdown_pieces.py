"""Pieces of GitHub-flavoured Markdown. Foreign text is code in all of them.

In code, GitHub and GitLab make no links of `@name` and `#123`, and no HTML of `<b>`.
https://github.github.com/gfm/
"""

import re
from html import escape

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and what turns the direction of text around."""
_LINE, _TEXT = 160, 4000
"""Characters of a text that are kept in a line, and in a block of its own."""


def span(text: str) -> str:
    """Return a text as code in a line."""
    line = _in_a_line(text)
    sign = "`" * (_longest_run(line) + 1)
    edge = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{sign}{edge}{line}{edge}{sign}" if line else ""


def block(text: str, language: str = "text") -> str:
    """Return a text as a fenced block, whose fence is longer than any in the text."""
    text = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text.strip("\n").expandtabs())
    if len(text) > _TEXT:
        text = f"{text[:_TEXT]}\n… ({len(text) - _TEXT:,} more characters)"
    fence = "`" * max(_longest_run(text) + 1, 3)
    return f"{fence}{language}\n{text}\n{fence}\n"


def details(summary: str, content: str) -> str:
    """Return a content that is folded behind a line, which is HTML as `code` returns it."""
    return f"<details><summary>{summary}</summary>\n\n{content}\n</details>\n"


def code(text: str) -> str:
    """Return a text as code in a line of HTML."""
    return f"<code>{escape(_in_a_line(text))}</code>"


def link(text: str, url: str) -> str:
    """Return a text as code that leads to a URL, or as code alone where there is none."""
    return f"[{span(text)}](<{url}>)" if url else span(text)


def table(titles: list[str], rows: list[list[str]]) -> str:
    """Return a table whose first column is text and whose others are numbers."""
    align = ["---", *["---:"] * (len(titles) - 1)]
    cells = ([cell.replace("|", "\\|") for cell in row] for row in (titles, align, *rows))
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)


def _in_a_line(text: str) -> str:
    line = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
    return line if len(line) <= _LINE else f"{line[: _LINE - 1]}…"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
