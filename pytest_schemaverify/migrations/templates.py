"""What tools put into a file before PostgreSQL sees it: placeholders and templates.

Flyway and Liquibase write `${name}`, and goose `$NAME`, too; Go, Jinja and others `{{ … }}`.
"""

import re
from collections.abc import Mapping

# No dollar behind `$NAME`: that begins a quoted text.
_PLACEHOLDER = re.compile(r"\$\{(?P<braced>[^{}\s$]+)\}|\$(?P<bare>[A-Za-z_]\w*)(?![\w$])")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_LONGEST = 80
"""Characters of a template that a message shows."""


def filled(text: str, values: Mapping[str, str], *, bare: bool = False) -> str:
    """Return a text with the values of its placeholders; those that have none stay.

    `bare` says that `$NAME` is one as well as `${name}`.
    """

    def value(found: re.Match[str]) -> str:
        name = found["braced"] or (found["bare"] if bare else "")
        return values.get(name, found.group())

    return _PLACEHOLDER.sub(value, text)


def unfilled(text: str) -> re.Match[str] | None:
    """Return the first `${name}` of a text."""
    return next((one for one in _PLACEHOLDER.finditer(text) if one["braced"]), None)


def at(text: str, offset: int) -> str:
    """Return what to do about a placeholder or a template there, "" where there is none.

    The server gives up at its first character, or at the brace behind a dollar that it took for a
    part of a name.
    """
    for start in (offset, offset - 1):
        if start >= 0 and (found := _PLACEHOLDER.match(text, start)):
            return remedy(found)
    template = _TEMPLATE.match(text, offset)
    if template is None:
        return ""
    shown = " ".join(template.group().split())
    shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} …"
    return (
        f"`{shown}` is a template: let its tool render the files; name their folder,"
        " `migrations: {directory: …}`, or what prints them, `migrations: {command: …}`"
    )


def inside(message: str) -> str:
    """Return what to do about a placeholder in a message: `schema "${schema}" does not exist`."""
    found = unfilled(message)
    return remedy(found) if found else ""


def remedy(found: re.Match[str]) -> str:
    """Return what to type for a placeholder."""
    name = found["braced"] or found["bare"]
    key = name if re.fullmatch(r"[\w.\-]+", name) else f'"{name}"'
    value = "public" if name == "flyway:defaultSchema" else "…"
    return (
        f"`{found.group()}` is a placeholder; give its value:"
        f" `migrations: {{placeholders: {{{key}: {value}}}}}`"
    )
