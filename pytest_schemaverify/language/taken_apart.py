"""What YAML makes of SQL without YAML's quotes, and the line to type instead."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from .scalars import in_quotes

_SQL = ("default", "expression", "using", "with_check", "where", "when", "generated", "definition")
"""Keys whose value is SQL."""


class _Dumper(yaml.SafeDumper):
    """Writes a number with the digits that the file has, too."""


_Dumper.add_multi_representer(
    float, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value))
)


def flow(value: Any) -> str:
    """Return a value as YAML on one line; `…` for nothing and for a long one."""
    if value is None:
        return "…"
    text = yaml.dump(value, None, _Dumper, default_flow_style=True, width=10**6, sort_keys=False)
    text = text.strip().removesuffix("...").strip()
    # `{a: b: c}` is no YAML, so a text may need quotes that it has not as a document.
    plain = isinstance(value, str) and text == value
    text = in_quotes(value) if plain and re.search(r"[,\[\]{}]", value) else text
    return text if len(text) <= 80 else "…"


def advice(key: str, given: Any) -> str:
    """Return what to type where SQL was read as a mapping or a list; "" for another key."""
    if key not in _SQL or not isinstance(given, (dict, list)):
        return ""
    begins = "{" if isinstance(given, dict) else "["
    told = f"; to YAML `{begins}` begins one"
    if key != "default":
        return f"{told}: put the whole expression into quotes"
    literal = json.dumps(given, ensure_ascii=False, default=str)
    if isinstance(given, list) and not any(isinstance(one, (dict, list)) for one in given):
        literal = f"{{{','.join(map(str, given))}}}"
    text = in_quotes("'{}'".format(literal.replace("'", "''")))
    return f"{told}: write `default: {text}`"


def lines_of(text: str) -> list[str]:
    """Return the lines as YAML counts them: https://yaml.org/spec/1.1/#id872840."""
    return _BREAK.split(text)


_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def quoted_line(text: str, line: int, problem: str) -> str:
    """Return what to type in place of a line that is no YAML; "" if that is not known."""
    # What is open at the end of the text is told behind its last line.
    found = _LINE.fullmatch(dict(enumerate(lines_of(text), 1)).get(line, "").rstrip())
    if found is None:
        return ""
    key, value = found.groups()
    if value[0] in "{[":  # the text that is meant is somewhere inside
        known = any(words in problem for words in (*_OF_TEXTS, "expected ','"))
        return f"; inside of `{value[0]}` {_INSIDE}" if known else ""
    # Behind a closing quote nothing may follow: `'a'::text`.
    closed = "expected key" in problem and value[0] in "'\"" and value[-1] != value[0]
    if not closed and not any(words in problem for words in _OF_TEXTS):
        return ""
    return f"; a text like this stands in quotes as a whole: `{key}: {in_quotes(value)}`"


_LINE = re.compile(r"\s*(?:- )?([\w.]+):\s+(\S.*)")
_INSIDE = (
    "a text with commas, quotes or other signs stands in quotes as a whole: `\"a in ('b', 'c')\"`"
)
_OF_TEXTS = ("mapping values are not allowed", "cannot start any token")


def operators_as_comments(text: str, root: yaml.Node) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield where an operator begins a comment, as in `data #>> '{a}'`, and what to type."""
    lines = {
        number: found
        for number, line in enumerate(lines_of(text))
        if " #" in line and (found := _OPERATOR.search(line))
    }
    if not lines:
        return
    for node in _scalars(root):
        end = node.end_mark
        found = lines.get(end.line)
        # Inside of a text there is no comment, and in front of one stands a text without quotes.
        if found and not node.style and end.column == found.start():
            begun = lines_of(text)[end.line].rstrip()
            whole = begun[node.start_mark.column :] if node.start_mark.line == end.line else "…"
            yield (
                (node.start_mark.line + 1, node.start_mark.column + 1),
                f"to YAML `{begun[found.start() + 1 :]}` is a comment, and to PostgreSQL "
                f"`{found[1]}` is an operator; put the text into quotes: `{in_quotes(whole)}`",
            )


_OPERATOR = re.compile(r"[ \t](#(?:>>?|-))[ \t]*(?='|\(|\$|array\b)", re.IGNORECASE)


def _scalars(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    stack, seen = [root], set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            stack += [one for pair in node.value for one in pair]
        elif isinstance(node, yaml.SequenceNode):
            stack += node.value
        elif isinstance(node, yaml.ScalarNode):
            yield node
