"""The reference of the language: a page for each block of keys, and a page of contents.

A page begins as it is written by hand: an introduction, and an example that
tests/test_language_pages.py runs. The tables of keys below it come from the models.
"""

import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pytest_schemaverify.kinds import find
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.language.base import Entry, Terms
from tools.markdown import table
from tools.models import docstrings, is_term, models, named, within

ROOT = Path(__file__).parent.parent
CONTENTS = ROOT / "docs/reference/language.md"
MARK = "<!-- What follows is written by `make generate` from the code. Do not edit. -->"


@dataclass(frozen=True)
class Block:
    """A page of the reference, as blocks.yaml has it."""

    name: str
    summary: str
    keys: tuple[str, ...]
    """Paths of entries."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Headings of entries that their paths do not describe well."""

    @property
    def path(self) -> Path:
        """The file of the page."""
        return CONTENTS.with_suffix("") / f"{self.name}.md"


@cache
def blocks() -> tuple[Block, ...]:
    """Return the pages in the order of the contents."""
    said = yaml.safe_load(Path(__file__).with_name("blocks.yaml").read_text(encoding="utf-8"))
    return tuple(Block(name, **{**one, "keys": tuple(one["keys"])}) for name, one in said.items())


def pages() -> dict[Path, str]:
    """Return the text of each page."""
    return {CONTENTS: _contents(), **{block.path: _page(block) for block in blocks()}}


def _by_hand(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition(MARK)[0].strip()


def _title(block: Block) -> str:
    return _by_hand(block.path).splitlines()[0].removeprefix("# ")


def _contents() -> str:
    rows = [(f"[{_title(block)}](language/{block.name}.md)", block.summary) for block in blocks()]
    pages = f"## By what you want to say\n\n{table(('Page', 'What it is about'), rows)}"
    keys = f"## Every key at the top of the file\n\n{_table(Spec, 'language/')}"
    return "\n\n".join([_by_hand(CONTENTS), MARK, pages, keys]) + "\n"


def _page(block: Block) -> str:
    every: list[type[Entry]] = [*models(), Terms]
    tables = [
        f"### {_heading(model)}\n\n{' '.join((model.__doc__ or '').split())}\n\n{_table(model, '')}"
        for model in every
        if model is not Spec and _home(model) is block
    ]
    head = "## Keys\n\nA key that is a link leads to the page of its check, with more cases."
    return "\n\n".join([_by_hand(block.path), MARK, head, *tables]) + "\n"


def _path(model: type[Entry]) -> str:
    return "terms" if model is Terms else models()[model]


@cache
def _home(model: type[Entry]) -> Block:
    """Return the page of an entry: the one that names the longest beginning of its path."""
    path = _path(model)
    starts = [(len(key), block) for block in blocks() for key in block.keys if _begins(path, key)]
    assert starts, f"{path} is on no page: name it under `keys` in tools/blocks.yaml"
    return max(starts, key=lambda pair: pair[0])[1]


def _begins(path: str, key: str) -> bool:
    return path == key or path.startswith(f"{key}.")


def _heading(model: type[Entry]) -> str:
    path = _path(model)
    return _home(model).titles.get(path, f"`{path}`")


def _anchor(model: type[Entry]) -> str:
    """Return the anchor of an entry's heading, which GitHub and the site make alike."""
    kept = re.sub(r"[^\w -]", "", _heading(model).lower())
    return kept.replace(" ", "-")


def _table(model: type[Entry], folder: str) -> str:
    rows = [
        (
            _key(model, name, one.alias or name, folder),
            _kind(one.annotation, folder),
            docstrings(model).get(name, ""),
        )
        for name, one in model.model_fields.items()
        if not is_term(model, name)
    ]
    if issubclass(model, Terms) and model is not Terms:
        terms = ", ".join(f"`{name}`" for name in Terms.model_fields)
        rows.append((terms, _link(Terms, folder), Terms.__doc__ or ""))
    inner = named(model)
    if inner is not None:
        rows.append(("*any name*", _link(inner, folder), inner.__doc__ or ""))
    return table(("Key", "Value", "Meaning"), rows)


def _key(model: type[Entry], name: str, key: str, folder: str) -> str:
    """Return a key, with a link to the page of the check that it plans."""
    if name in model.settings or not model.family:
        return f"`{key}`"
    try:
        page = find(f"{model.family}.{name.rstrip('_')}").page
    except KeyError:
        return f"`{key}`"
    up = "../.." if folder else "../../.."
    return f"[`{key}`]({up}/{page.relative_to(ROOT).as_posix()})"


def _link(model: type[Entry], folder: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()
    return f"[{words}]({folder}{_home(model).name}.md#{_anchor(model)})"


_KINDS = {str: "text", bool: "`true`, `false`", int: "number", float: "number", dict: "mapping",
          list: "list"}  # fmt: skip


def _kind(annotation: Any, folder: str) -> str:
    if hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    inner = next(within(annotation), None)
    if inner is not None:
        return _link(inner, folder)
    if typing.get_origin(annotation) is typing.Literal:
        return ", ".join(f"`{value}`" for value in typing.get_args(annotation))
    plain = [a for a in typing.get_args(annotation) if a is not type(None)]
    origin = typing.get_origin(annotation)
    if origin in (list, dict):
        return _KINDS[origin]
    found = [_kind(a, folder) for a in plain] if plain else [_KINDS.get(annotation, "any value")]
    return " or ".join(dict.fromkeys(found))
