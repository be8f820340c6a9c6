from collections.abc import Iterator

from pytest_schemaverify import matchers
from pytest_schemaverify.catalog import Index
from pytest_schemaverify.findings import Finding


def check(expected: dict[str, object], actual: Index) -> Iterator[Finding]:
    """The index has the declared storage parameters; others may be set too."""
    found = dict(option.split("=", 1) for option in actual.options)
    for written, value in expected.items():
        name = written.lower()
        if name not in found:
            yield Finding(
                expected=_text(name, value),
                actual=f"{name} is not set",
                hint=f"the default of {actual.method} holds, which another version may change",
            )
        elif not matchers.matches(value, found[name]):
            yield Finding(expected=_text(name, value), actual=_text(name, found[name]))


def _text(name: str, value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{name} {text}" if text[:1] in "<>=!" else f"{name} = {text}"
