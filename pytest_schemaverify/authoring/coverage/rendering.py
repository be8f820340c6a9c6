"""How much a file of expectations pins, as text, as Markdown and as JSON."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_schemaverify.authoring.coverage.pasting import Snippet
from pytest_schemaverify.authoring.coverage.pinning import LEVELS, Coverage, Sum

VERSION = 1
"""The version of the JSON; it changes when something in it goes or means something else."""
_SHOWN = 5
"""Objects without a key that are printed; the JSON has all of them."""
_LESS = LEVELS[:-1]
"""Levels of objects of which something is left to say."""


def summed(name: str, found: Coverage) -> str:
    """Return one line with the percentage of everything."""
    whole = found.whole
    if not whole.there:
        return f"{name}: there is nothing to pin"
    double = "" if whole.weight == whole.there else "; what is about security counts double"
    counted = f"{whole.said:,} of {whole.there:,}{double}"
    return f"{name} pins {whole.percent} % of what there is ({counted})"


def lines(name: str, found: Coverage) -> Iterator[str]:
    """Yield the lines of a table by kind, and what is not counted."""
    yield summed(name, found)
    for kind, one in found.kinds().items():
        line = f"  {kind:<26} {one.said:>6,} of {one.there:>6,} {one.percent:>5} %   {_levels(one)}"
        yield line.rstrip()
    yield from (f"  {line}" for line in _aside(found))


def _levels(one: Sum) -> str:
    return ", ".join(f"{one.levels[level]} {level}" for level in _LESS if one.levels[level])


def _aside(found: Coverage) -> Iterator[str]:
    if found.left_out:
        counted = ", ".join(f"{n} {section}" for section, n in found.left_out.items())
        yield f"not counted, because the platform has them: {counted}"
    if found.without_key:
        yield f"not counted, because no key can say them: {_shortened(found.without_key)}"
    if found.others:
        yield f"not counted, because they are of other kinds: {found.others} objects"


def _shortened(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def below(percent: int, floor: int, called: str) -> str:
    """Return the line for a file that pins too little, "" where it pins enough."""
    return f"{percent} % is less than {called}={floor}" if percent < floor else ""


def listed(missing: Sequence[Snippet], notes: Sequence[str]) -> Iterator[str]:
    """Yield what is missing, each with the YAML to paste."""
    for one in missing:
        yield f"\n# {one.kind}: {one.object}\n{one.yaml}".rstrip("\n")
    if notes:
        yield "\n# no key can say:"
        yield from (f"#   {note}" for note in notes)


def markdown(
    name: str, found: Coverage, missing: Sequence[Snippet], notes: Sequence[str]
) -> Iterator[str]:
    """Yield the same as Markdown."""
    yield f"{summed(name, found)}\n"
    yield "| kind | said | of | % | nothing | named | attributes |"
    yield "| --- | --: | --: | --: | --: | --: | --: |"
    for kind, one in found.kinds().items():
        levels = " | ".join(str(one.levels[level]) for level in _LESS)
        yield f"| {kind} | {one.said} | {one.there} | {one.percent} | {levels} |"
    yield from (f"\n{line[:1].upper()}{line[1:]}." for line in _aside(found))
    for snippet in missing:
        yield f"\n**{snippet.kind}: {snippet.object}**\n\n```yaml\n{snippet.yaml}```"
    if notes:
        yield "\nNo key can say:\n"
        yield from (f"- {note}" for note in notes)


def as_json(name: str, found: Coverage, missing: Sequence[Snippet], notes: Sequence[str]) -> str:
    """Return the same as JSON, with every object."""
    data = {
        "version": VERSION,
        "file": name,
        **_sum(found.whole),
        "kinds": {kind: _sum(one) for kind, one in found.kinds().items()},
        "not_counted": {
            "platform": found.left_out,
            "other_kinds": found.others,
            "without_key": list(found.without_key),
        },
        "objects": [
            {"kind": o.kind, "object": o.object, "level": o.level, "said": o.said, "of": o.there}
            for o in found.objects
        ],
        "missing": [
            {"kind": one.kind, "object": one.object, "data": one.data, "yaml": one.yaml}
            for one in missing
        ],
        "no_key_can_say": list(notes),
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _sum(one: Sum) -> dict[str, Any]:
    levels = {level: one.levels[level] for level in LEVELS}
    return {"percent": one.percent, "said": one.said, "of": one.there, "levels": levels}
