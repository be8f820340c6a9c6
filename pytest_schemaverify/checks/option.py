"""Options of foreign data, one at a time. A value that may be a secret is compared, not shown."""

from collections.abc import Iterable, Iterator

from pytest_schemaverify.catalog import Option
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import literal

Pair = tuple[str, str | int | float | bool]
"""Name and value, as the file has them."""


def compared(expected: Pair, options: Iterable[Option], alter: str) -> Iterator[Finding]:
    """Yield what is wrong with one option; `alter` is the statement before `options`."""
    name, value = expected
    found = next((option for option in options if option.name == name), None)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if value == "absent":
        if found is not None:
            yield Finding(
                expected=f"no option {name}",
                actual=_shown(found),
                fix=f"{alter} options (drop {name});",
            )
    elif found is None or found.value != text:
        wanted = Option(name, text)
        verb = "add" if found is None else "set"
        yield Finding(
            expected=_shown(wanted),
            actual="no such option" if found is None else _shown(found, other=True),
            fix=f"{alter} options ({verb} {name} {literal(text)});" if wanted.public else "",
        )


def _shown(option: Option, *, other: bool = False) -> str:
    if option.public:
        return f"{option.name} {literal(option.value)}"
    return f"{option.name} with another value" if other else f"{option.name} with a value"
