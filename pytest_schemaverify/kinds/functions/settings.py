from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.setting import Parameters, Setting, compared

USE = Use(pairs=True)


def check(expected: Setting, actual: Function, parameters: Parameters) -> Iterator[Finding]:
    """The function runs with the declared setting."""
    settings = actual.settings
    if isinstance(expected[1], frozenset):  # it has a key of its own, that says `absent`, too
        settings = tuple(one for one in settings if not one.startswith("search_path="))
    yield from compared(expected, settings, actual.altered, parameters)
