"""Every command of every guide is run, in order, and prints what the guide shows."""

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import _pytest
import psycopg
import pytest
import yaml

import pytest_schemaverify
from pytest_schemaverify.cli.arguments import every
from pytest_schemaverify.cli.command import parser
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.settings.config import settings

from .guides import DATA, ROOT, blocks, environment, follow, missing, project, setup

GUIDES = ROOT / "docs" / "guides"
PAGES = [
    ROOT / "docs" / "tutorial.md",
    *(
        GUIDES / f"{name}.md"
        for name in ("access", "adopting", "ci", "odcs", "pre-commit", "vectors")
    ),
]
TYPED = [ROOT / "README.md", ROOT / "docs" / "tutorial.md", *sorted(GUIDES.glob("*.md"))]
MESSAGES = [
    text
    for _, text in re.findall(
        r"^### (`+) ?(.*?) ?\1$",
        (GUIDES / "troubleshooting.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
]
OF_THE_SERVER: dict[str, str] = yaml.safe_load(
    (DATA / "troubleshooting.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_guide_shows_what_its_commands_print(
    page: Path, server: Server, tmp_path: Path
) -> None:
    surroundings = environment(tmp_path, **setup(page, server))
    for block, printed in follow(page, project(page, tmp_path), surroundings):
        assert missing(block.text, printed) == "", printed


def test_every_command_of_a_job_is_one_that_is_run_here() -> None:
    every = [block for page in PAGES for block in blocks(page.read_text(encoding="utf-8"))]
    run = {line for block in every if block.kind == "sh" for line in block.text.splitlines()}
    jobs = [yaml.safe_load(block.text) for block in every if block.path.endswith(".yml")]
    assert len(jobs) == 6
    assert [command for job in jobs for command in _commands(job) if command not in run] == []


def test_the_hook_of_the_repository_is_the_one_that_its_guide_tries() -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    subprocess.run([sys.executable, "-m", "pre_commit", "validate-manifest", manifest], check=True)
    [offered] = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    page = blocks((GUIDES / "pre-commit.md").read_text(encoding="utf-8"))
    [tried] = [yaml.safe_load(one.text) for one in page if one.path == ".pre-commit-config.yaml"]
    [[hook]] = [repository["hooks"] for repository in tried["repos"]]
    # Of the repository it is installed by pre-commit, and the guide runs what is installed here.
    assert (offered.pop("language"), hook.pop("language")) == ("python", "system")
    assert offered.pop("description")
    assert offered == hook


@pytest.mark.parametrize("page", TYPED, ids=lambda page: page.stem)
def test_what_a_page_says_to_type_has_options_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    own = {f"--schema-{name.replace('_', '-')}" for name, *_ in settings()}
    wrong = set(re.findall(r"--schema-[a-z][a-z-]*", text)) - own
    taken = {name: set(one._option_string_actions) for name, one in every(parser()).items()}
    for name, arguments in re.findall(r"schemaverify ([a-z-]+)( [^`|>#\n]*-[^`|>#\n]*)", text):
        wrong |= set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", arguments)) - taken[name]
    assert not wrong


def _commands(job: Any) -> Iterator[str]:
    """Yield the commands of a job of GitHub Actions (`run`) or GitLab (`script`)."""
    if isinstance(job, list):
        for one in job:
            yield from _commands(one)
    elif isinstance(job, dict):
        for key, value in job.items():
            if key in ("run", "script"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _commands(value)


@pytest.mark.parametrize("message", [one for one in MESSAGES if one not in OF_THE_SERVER])
def test_a_message_is_one_of_the_program(message: str) -> None:
    parts = message.split("…")
    assert any(all(part in text for part in parts) for text in _texts()), message


@pytest.mark.parametrize("message", OF_THE_SERVER)
def test_a_message_of_the_server_is_what_it_says(message: str, database: Dsn) -> None:
    assert message in MESSAGES
    with psycopg.connect(database) as connection, pytest.raises(psycopg.Error) as raised:
        connection.execute(OF_THE_SERVER[message].encode())
    assert all(part in str(raised.value) for part in message.split("…"))


@cache
def _texts() -> frozenset[str]:
    """Return the texts in the sources of the plugin, of pytest and of argparse."""
    folders = (Path(module.__path__[0]) for module in (pytest_schemaverify, _pytest))
    files = [path for folder in folders for path in folder.rglob("*.py")]
    parsed = (ast.parse(path.read_bytes()) for path in (*files, Path(argparse.__file__)))
    return frozenset(_text(node) for tree in parsed for node in ast.walk(tree))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
