"""Pieces of YAML that come into a text: how they stand behind a key or a dash."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.scalars import scalar
from pytest_schemaverify.language.yaml import Document, composed

from .changes import Add, Append, Put, Refused, target
from .intended import difference

_WIDE = 120
"""Most characters of a line that braces are put into."""
_PLAIN = re.compile(r"[^\W_](?:[\w.*/()$-]| (?=\w))*|_[\w.]*")
"""Keys that mean the same without quotes, in braces as well."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A value as it is written, in lines that are indented from column 0."""

    lines: list[str]
    kind: str
    """`inline` stands on the line of its key, a `scalar` (`|` or `>`) begins there, a `mapping`
    or `sequence` stands below."""

    @property
    def block(self) -> bool:
        """Whether it cannot stand in braces."""
        return self.kind != "inline"


def piece(change: Put | Add | Append, *, flow: bool) -> Piece:
    """Return what a change writes, for a place in braces or for one outside of them.

    Raises Refused if it is not YAML, says something else than its data, or does not fit.
    """
    text = (flow and change.flow) or change.text
    text = text if text.endswith("\n") else f"{text}\n"  # without it the text of `|` is another
    nodes = composed(text)
    if nodes.problems:
        raise Refused(target(change), f"what is to be written is {nodes.problems[0][2]}")
    if difference(Document(nodes).data, change.value) is not None:
        raise Refused(target(change), "what is to be written is not what it should say")
    made = Piece(_lines(text, nodes.root), _kind(nodes.root))
    if flow and made.block:
        raise Refused(target(change), "it stands in braces or brackets, and a block cannot")
    return made


def mapping(entries: Iterable[tuple[str, Piece]], step: int, sequence_step: int) -> Piece:
    """Return a block of keys, or of items where the heads are dashes."""
    lines, kind = [], "mapping"
    for head, value in entries:
        kind = "sequence" if head == "-" else "mapping"
        lines += entry_lines(head, value, 0, sequence_step if value.kind == "sequence" else step)
    return Piece(lines, kind)


def braces(entries: Iterable[tuple[str, Piece]], wide: int = _WIDE) -> Piece | None:
    """Return the same in braces or brackets; None if a block is among them or it is too wide."""
    found = list(entries)
    if any(value.block or len(value.lines) > 1 for _, value in found):
        return None
    items = [flow_entry(head, value) for head, value in found]
    inner = ", ".join(items)
    text = f"[{inner}]" if found[0][0] == "-" else f"{{{inner}}}"
    return Piece([text], "inline") if len(text) <= wide else None


def flow_entry(head: str, value: Piece, indent: int = 0) -> str:
    """Return an entry for braces or brackets, with line feeds where it has several lines."""
    first, *rest = value.lines
    text = first if head == "-" else f"{head} {first}".rstrip()
    return "\n".join([text, *_shifted(rest, indent)])


def entry_lines(head: str, value: Piece, column: int, step: int) -> list[str]:
    """Return the lines of a key or an item in a block at a column."""
    if value.kind == "mapping" or value.kind == "sequence":
        if head == "-":
            first, *rest = value.lines
            return _shifted([f"- {first}", *_shifted(rest, 2)], column)
        return _shifted([head, *_shifted(value.lines, step)], column)
    first, *rest = value.lines
    # The lines of `|` are indented already, more than its key.
    below = _shifted(rest, 0 if value.kind == "scalar" else max(step, 1))
    return _shifted([f"{head} {first}".rstrip(), *below], column)


def shifted(value: Piece, column: int) -> list[str]:
    """Return the lines of a piece at a column."""
    return _shifted(value.lines, column)


def key_text(key: str) -> str:
    """Return a key as it is written, with its colon."""
    if _PLAIN.fullmatch(key) and not key.isdigit() and isinstance(scalar(key), str):
        return f"{key}:"
    quoted = "".join(_escaped(character) for character in key)
    return f'"{quoted}":'


def head(change: Add | Append) -> str:
    """Return what stands before a new value in a block."""
    return key_text(change.key) if isinstance(change, Add) else "-"


def refuse_comment(path: Path, line: int) -> None:
    """Raise Refused if a comment in a line would be lost; a line 0 is none."""
    if line:
        raise Refused(path, f"the comment in line {line} would be lost")


def _escaped(character: str) -> str:
    if character in '\\"':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _shifted(lines: Iterable[str], by: int) -> list[str]:
    return [" " * by + line if line else line for line in lines]


def _kind(node: yaml.Node | None) -> str:
    if isinstance(node, yaml.CollectionNode):
        name = "mapping" if isinstance(node, yaml.MappingNode) else "sequence"
        return "inline" if node.flow_style else name
    return "scalar" if getattr(node, "style", None) in ("|", ">") else "inline"


def _lines(text: str, node: yaml.Node | None) -> list[str]:
    # The empty lines at the end of `|+` are part of the text.
    text = text.removesuffix("\n") if _kind(node) == "scalar" else text.strip("\n")
    return text.split("\n")
