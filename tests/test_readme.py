"""The README's example is run, and shows what a user sees."""

import re
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "docs/using.md", "docs/migrating.md"]
)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def steady(output: str) -> str:
    """Return the output without what differs from run to run: times, versions, folders."""
    output = re.sub(r"\d+(?:\.\d+)?m?s\b", "0s", output.strip())
    output = re.sub(r"(PostgreSQL|pgvector) \d+(?:\.\d+)+", r"\1 x", output)
    return re.sub(r"[ \t]+", " ", output)
