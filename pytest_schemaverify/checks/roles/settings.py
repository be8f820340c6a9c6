from collections.abc import Iterator

from pytest_schemaverify import matchers
from pytest_schemaverify.catalog import Role
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import literal, quoted


def check(expected: tuple[str, str | int | float | bool], actual: Role) -> Iterator[Finding]:
    """The role starts with the declared setting."""
    name, wanted = expected
    found = dict(setting.split("=", 1) for setting in actual.settings).get(name)
    role = quoted(actual.name)
    if wanted == "absent":
        if found is not None:
            yield Finding(
                expected=f"{name} not set",
                actual=f"{name} = {found}",
                fix=f"alter role {role} reset {name};",
            )
    elif found is None or not matchers.matches(wanted, found):
        text = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
        # The search_path is a list; in quotes it would be one name.
        value = text if name == "search_path" else literal(text)
        yield Finding(
            expected=f"{name} = {text}",
            actual=f"{name} not set" if found is None else f"{name} = {found}",
            fix=""
            if text.startswith(("<", ">", "=", "!"))
            else f"alter role {role} set {name} = {value};",
        )
