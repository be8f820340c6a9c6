"""Run a guide as its reader does: write its files, run its commands, compare what they print.

| block | what becomes of it |
| --- | --- |
| any language with `title="PATH"` | the file of that name is written |
| `diff title="PATH"` | lines with `-` become those with `+`; `+` alone is appended |
| `sh` | the block is run; it exits with 0, or as `<!-- exits with N -->` in front of it says |
| `text` | what the last `sh` block has printed; a line `…` stands for any lines |
| `yaml` | a file of expectations that can be read |

`python -m tests.guides docs/guides/ci.md …` writes what the commands print into the `text` blocks:
into empty ones all of it, into others what is now between the first and the last line of each part.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.planning.expectations import plan

from .projects import shows_no_traceback

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data" / "guides"
GIVEN = {"adopting": ROOT / "tests" / "data" / "projects" / "supabase"}
"""What the reader of a page has before the first step, where it is not in a folder of its name."""
BLOCK = re.compile(
    r"(?:^<!-- exits with (\d) -->\n+)?"
    r'^( *)```(\w+)(?: title="([^"]+)")?\n(.*?)^ *```$',
    re.MULTILINE | re.DOTALL,
)
PIP = f"""\
#!{sys.executable}
import importlib.metadata as found, re, sys
assert sys.argv[1] == "install", sys.argv
for name in [one for one in sys.argv[2:] if not one.startswith("-")]:
    found.version(re.sub(r"\\[.*", "", name))
"""
"""A pip that fails where something is named that is not installed here."""
DOCKER = f"""\
#!{sys.executable}
import argparse, json, re, subprocess, sys
from pathlib import Path
arguments = argparse.ArgumentParser()
arguments.add_argument("command", choices=["build", "run"])
for name in ("--tag", "--file", "--network", "--volume"):
    arguments.add_argument(name)
arguments.add_argument("--rm", action="store_true")
arguments.add_argument("image")
given, more = arguments.parse_known_args()
lines = dict(one.split(" ", 1) for one in Path("schema.Dockerfile").read_text().splitlines())
if given.command == "build":
    sys.exit(subprocess.run(["sh", "-ec", lines["RUN"]]).returncode)
assert given.volume.endswith(":" + lines["WORKDIR"]), given
sys.exit(subprocess.run([*json.loads(lines["ENTRYPOINT"]), *more]).returncode)
"""
"""A docker without containers: it runs here what the image would run."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    kind: str
    path: str
    text: str
    exits: int
    span: tuple[int, int]
    """Where its text stands in the page."""


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page in order."""
    for found in BLOCK.finditer(page):
        exits, indent, kind, path, text = found.groups()
        text = re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)
        yield Block(kind, path or "", text, int(exits or 0), found.span(5))


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of somebody who has installed the product, and is not in CI."""
    own = folder / "bin"
    own.mkdir(parents=True)
    for name, text in (("pip", PIP), ("docker", DOCKER)):
        (own / name).write_text(text)
        (own / name).chmod(0o755)
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PG", "CI", "GITHUB_"))
    }
    path = f"{own}:{Path(sys.executable).parent}:{kept['PATH']}"
    own_cache = {"PRE_COMMIT_HOME": f"{folder}/pre-commit"}
    return kept | {"PATH": path, "COLUMNS": "80"} | own_cache | more


def project(page: Path, folder: Path) -> Path:
    """Return a folder with what the reader of a page has before the first step."""
    given = GIVEN.get(page.stem, DATA / page.stem)
    if given.exists():
        return Path(shutil.copytree(given, folder / "project"))
    (folder / "project").mkdir()
    return folder / "project"


def follow(page: Path, folder: Path, environment: dict[str, str]) -> Iterator[tuple[Block, str]]:
    """Do what a page says, and yield each `text` block with what was printed before it.

    Raises:
        AssertionError: a command ends with another exit code, or with a traceback; a change does
            not fit its file.

    """
    printed = ""
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.kind == "text":
            yield block, printed
        elif block.kind == "sh":
            printed = _run(block, folder, environment)
        elif block.path:
            _write(block, folder / block.path)
        elif block.kind == "yaml":
            assert plan(*load(block.text, "expectations.yaml"), "expectations.yaml")
        else:
            raise AssertionError(f"{page.name} has a block that nobody runs:\n{block.text}")


def _run(block: Block, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["sh", "-e", "-c", block.text], cwd=folder, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
    )  # fmt: skip
    said = f"{block.text}\n{done.stdout[-6000:]}"
    assert done.returncode == block.exits, f"exit code {done.returncode}: {said}"
    assert shows_no_traceback(done.stdout), said
    return done.stdout.replace(f"{folder}/", "")


def _write(block: Block, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if block.kind != "diff":
        path.write_text(block.text, encoding="utf-8")
        return
    lines = block.text.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in "- ")
    after = "".join(line[1:] for line in lines if line[0] in "+ ")
    text = path.read_text(encoding="utf-8")
    if before:
        assert text.count(before) == 1, f"{path.name} does not have once:\n{before}\n{text}"
        path.write_text(text.replace(before, after), encoding="utf-8")
    else:
        path.write_text(text + after, encoding="utf-8")


def steady(output: str) -> list[str]:
    """Return the lines of an output without what may differ: times, versions, counts of what holds.

    There are more expectations in a file as soon as there are more rules.
    """
    output = re.sub(r"\d+(?:\.\d+)? ?m?s\b", "0s", output.strip("\n"))
    output = re.sub(r"(PostgreSQL|pgvector) \d+(?:\.\d+)*", r"\1 x", output)
    output = re.sub(r"={3,}|0s \(\d:\d\d:\d\d\)", lambda one: one[0][:2], output)
    output = re.sub(r"\d+ (passed|deselected)|\d+ of \d+ expectations", r"n \1", output)
    return [re.sub(r"[ \t]+", " ", line).rstrip() for line in output.splitlines()]


def missing(text: str, printed: str) -> str:
    """Return the first part of a `text` block that was not printed, in order; "" for none."""
    lines = steady(printed)
    for part in parts(text):
        wanted = steady(part)
        at = _position(wanted, lines)
        if at is None:
            return part
        lines = lines[at + len(wanted) :]
    return ""


def parts(text: str) -> list[str]:
    """Return what stands between the lines `…` of a `text` block."""
    return [part for part in re.split(r"^…\n", text, flags=re.MULTILINE) if part.strip()]


def _position(wanted: list[str], lines: list[str]) -> int | None:
    starts = range(len(lines) - len(wanted) + 1)
    return next((at for at in starts if lines[at : at + len(wanted)] == wanted), None)


def refilled(text: str, printed: str) -> str:
    """Return a `text` block with what is printed now."""
    if not text.strip():
        return printed.strip("\n") + "\n"
    if not missing(text, printed):
        return text
    plain, lines = steady(printed), printed.strip("\n").splitlines()
    for part in parts(text):
        ends = steady(part)[0], steady(part)[-1]
        if all(end in plain for end in ends):
            first = plain.index(ends[0])
            last = first + plain[first:].index(ends[1]) if ends[1] in plain[first:] else first
            text = text.replace(part, "\n".join(lines[first : last + 1]) + "\n")
        else:
            print(f"not printed any more, change it by hand:\n{part}")
    return text


def setup(page: Path, server: Server) -> dict[str, str]:
    """Return the variables of the environment that a page takes for given."""
    if not re.search(r"[$=]PRODUCTION", page.read_text(encoding="utf-8")):
        return {}
    platform = "supabase" if (DATA / page.stem / "supabase").exists() else "postgres"
    name = f"production_of_{page.stem}"
    dsn = databases.create(server, name=name, platform=platform, extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        for script in sorted((DATA / page.stem).rglob("*.sql")):
            connection.execute(script.read_bytes())
    return {"PRODUCTION": str(dsn)}


def _refill(page: Path, server: Server) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        text, moved = page.read_text(encoding="utf-8"), 0
        surroundings = environment(folder, **setup(page, server))
        try:
            for block, printed in follow(page, project(page, folder), surroundings):
                filled = refilled(block.text, printed)
                start, end = (at + moved for at in block.span)
                text = text[:start] + filled + text[end:]
                moved += len(filled) - (end - start)
        finally:
            page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with databases.start(Config()) as own:
        for argument in sys.argv[1:]:
            _refill(Path(argument), own)
