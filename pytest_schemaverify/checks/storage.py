"""Storage parameters of tables, views and indexes."""

from collections.abc import Iterator

from pytest_schemaverify import matchers
from pytest_schemaverify.findings import Finding


def differing(
    expected: dict[str, object], options: tuple[str, ...], *, hint: str = "", change: str = ""
) -> Iterator[Finding]:
    """Yield a finding for each parameter that is not set as expected; others may be set too.

    `change` is a statement with the place `{}` for the parameter, where one can set it.
    """
    found = dict(option.split("=", 1) for option in options)
    for written, value in expected.items():
        name = written.lower()
        if name in found and matchers.matches(value, found[name]):
            continue
        condition = str(value)[:1] in tuple("<>=!")
        yield Finding(
            expected=f"{name} {value}" if condition else f"{name} = {_text(value)}",
            actual=f"{name} = {found[name]}" if name in found else f"{name} is not set",
            hint="" if name in found else hint,
            fix="" if condition or not change else change.format(f"{name} = {_text(value)}"),
        )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
