"""HTML as text in which everything is escaped that is not HTML already."""

from html import escape
from typing import NewType

Markup = NewType("Markup", str)
"""HTML; `tag` and `text` make it, and nothing else does."""


def text(said: str) -> Markup:
    """Return a text as HTML, escaped also for attributes."""
    return Markup(escape(said))


def together(*parts: Markup) -> Markup:
    """Return several pieces of HTML as one."""
    return Markup("".join(parts))


def tag(name: str, /, *inside: Markup, **attributes: str | int | float | bool) -> Markup:
    """Return an element; `class_` is the attribute class, `data_of` is data-of.

    An attribute is left out for False, and has no value for True.
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_value(value)}"')
        for key, value in attributes.items()
        if value is not False
    )
    if name in _EMPTY:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{''.join(inside)}</{name}>")


_EMPTY = ("input", "link", "meta", "wbr")
"""Elements that have no end."""


def _value(value: str | float) -> str:
    return escape(value if isinstance(value, str) else f"{value:.6g}")
