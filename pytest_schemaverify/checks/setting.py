"""Settings that belong to a role or a function, one at a time."""

from collections.abc import Iterable, Iterator

from pytest_schemaverify import matchers
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import literal

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
                actual=f"{name} = {found}",
                fix=f"{alter} reset {name};",
            )
    elif found is None or not matchers.matches(wanted, found):
        text = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
        # The search_path is a list; in quotes it would be one name.
        value = text if name == "search_path" else literal(text)
        yield Finding(
            expected=f"{name} = {text}",
            actual=f"{name} not set" if found is None else f"{name} = {found}",
            fix="" if text.startswith(("<", ">", "=", "!")) else f"{alter} set {name} = {value};",
        )
