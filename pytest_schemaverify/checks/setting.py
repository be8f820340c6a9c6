"""Settings that belong to a role or a function, one at a time."""

from collections.abc import Iterable, Iterator

from pytest_schemaverify import matchers
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import literal
from pytest_schemaverify.secrets import found as found_in
from pytest_schemaverify.secrets import secret_name

Setting = tuple[str, str | int | float | bool]
"""Name and value, as the file has them."""


def compared(expected: Setting, settings: Iterable[str], alter: str) -> Iterator[Finding]:
    """Yield what is wrong with one setting; `alter` is the statement before `set`."""
    name, wanted = expected
    found = dict(setting.split("=", 1) for setting in settings).get(name)
    if wanted == "absent":
        if found is not None:
            yield Finding(
                expected=f"{name} not set",
                actual=_shown(name, found),
                fix=f"{alter} reset {name};",
            )
    elif found is None or not matchers.matches(wanted, found):
        text = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
        # The search_path is a list; in quotes it would be one name.
        value = text if name == "search_path" else literal(text)
        comparison = text.startswith(("<", ">", "=", "!"))
        yield Finding(
            expected=_shown(name, text),
            actual=f"{name} not set" if found is None else _shown(name, found, other=True),
            fix="" if comparison or _secret(name, text) else f"{alter} set {name} = {value};",
        )


def _shown(name: str, value: str, *, other: bool = False) -> str:
    if _secret(name, value):
        return f"{name} with {'another' if other else 'a'} value, which is not shown"
    return f"{name} = {value}"


def _secret(name: str, value: str) -> bool:
    return secret_name(name) or bool(found_in(value))
