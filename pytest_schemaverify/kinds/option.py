"""Options of foreign data, one at a time. A value that may be a secret is compared, not shown."""

from collections.abc import Iterable, Iterator

from pytest_schemaverify.catalog.options import Option
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.conditions import holds, is_condition, number, parts
from pytest_schemaverify.language.matchers import shown
from pytest_schemaverify.sql.names import literal, quoted

Pair = tuple[str, str | int | float | bool | frozenset[str]]
"""Name and value, as the file has them; of `exact: true` all names."""


def compared(expected: Pair, options: Iterable[Option], alter: str) -> Iterator[Finding]:
    """Yield the finding for one option; `alter` is the statement before `options`."""
    name, value = expected
    if isinstance(value, frozenset):
        for option in options:
            if option.name not in value:
                yield Finding(
                    subject=option.name,
                    expected="no other option",
                    actual=_option_shown(option),
                    fix=f"{alter} options (drop {quoted(option.name)});",
                )
        return
    found = next((option for option in options if option.name == name), None)
    text, condition = shown(value), _is_condition(value)
    if value == "absent":
        if found is not None:
            yield Finding(
                expected=f"no option {name}",
                actual=_option_shown(found),
                fix=f"{alter} options (drop {quoted(name)});",
            )
    elif found is None or not _same_value(value, found.value):
        wanted = Option(name, text)
        verb = "add" if found is None else "set"
        fix = f"{alter} options ({verb} {quoted(name)} {literal(text)});"
        yield Finding(
            expected=f"{name} {text}" if condition else _option_shown(wanted),
            actual="no such option" if found is None else _option_shown(found, other=True),
            # A fix is printed, so it has no value that may be a secret.
            fix=fix if wanted.public and not condition else "",
        )


def _is_condition(value: object) -> bool:
    return is_condition(value) and bool(parts(str(value)))


def _same_value(wanted: str | int | float | bool, found: str) -> bool:
    # An option may be any text, also one that looks like a number.
    if isinstance(wanted, bool) or (isinstance(wanted, str) and not _is_condition(wanted)):
        return shown(wanted) == found
    return holds(str(wanted), number(found))


def _option_shown(option: Option, *, other: bool = False) -> str:
    if option.public:
        return f"{option.name} {literal(option.value)}"
    return f"{option.name} with another value" if other else f"{option.name} with a value"
