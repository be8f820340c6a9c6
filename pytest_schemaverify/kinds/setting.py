"""Settings that belong to a role or a function, one at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.conditions import is_condition, quantity
from pytest_schemaverify.language.matchers import same, shown
from pytest_schemaverify.sql.names import literal, parts, quoted, split
from pytest_schemaverify.sql.secrets import found as found_in
from pytest_schemaverify.sql.secrets import secret_name

Setting = tuple[str, str | int | float | bool | frozenset[str]]
"""Name and value, as the file has them; of `exact: true` all names."""
Parameters = Mapping[str, tuple[str, str]]
"""Type and unit of each setting that the server knows, as `pg_settings` has them."""


def compared(
    expected: Setting,
    settings: Iterable[str],
    altered: Callable[[str], str],
    parameters: Parameters,
) -> Iterator[Finding]:
    """Yield the finding for one setting; `altered` makes the statement of a change."""
    name, wanted = expected
    # The server has some names in another case: TimeZone.
    own = {one.lower(): value for one, _, value in (s.partition("=") for s in settings)}
    if isinstance(wanted, frozenset):
        for other in sorted(own.keys() - {one.lower() for one in wanted}):
            yield Finding(
                subject=other,
                expected="no other setting",
                actual=_setting_shown(other, own[other]),
                fix=altered(f"reset {other}"),
            )
        return
    found = own.get(name.lower())
    if wanted == "absent":
        if found is not None:
            yield Finding(
                expected=f"{name} not set",
                actual=_setting_shown(name, found),
                fix=altered(f"reset {name}"),
            )
    elif found is None or not _same_value(name, wanted, found, parameters):
        text = shown(wanted)
        yield Finding(
            expected=_setting_shown(name, text, condition=is_condition(wanted)),
            actual=f"{name} not set" if found is None else _setting_shown(name, found, other=True),
            fix=""
            if is_condition(wanted) or _secret(name, text)
            else altered(assignment(name, text)),
        )


def assignment(name: str, value: str) -> str:
    """Return the words that give a setting its value."""
    if name.lower() != "search_path":
        return f"set {name} = {literal(value)}"
    # It is a list, which in quotes would be one name; an empty one is an empty constant.
    return f"set {name} = {', '.join(map(quoted, schemas(value))) or literal('')}"


def _same_value(
    name: str, wanted: str | int | float | bool, found: str, parameters: Parameters
) -> bool:
    type_, unit = parameters.get(name.lower(), ("", ""))
    if name == "search_path" and isinstance(wanted, str):
        return schemas(wanted) == schemas(found)
    # The server knows no type of a setting of an extension or of the application: the type of the
    # value in the file decides.
    text = isinstance(wanted, str) and not is_condition(wanted)
    if text and (type_ == "string" or not type_):
        return wanted == found
    reads = quantity(unit)
    zero = name.lower().endswith("_timeout") or name.lower() in _ENDLESS
    # -1 means no limit in every setting, 0 only in time-outs and in those of _ENDLESS.
    off = reads(found) in [reads(one) for one in ("-1", *["0"] * zero)]
    return same(wanted, found, reads, endless=off)


_ENDLESS = ("client_connection_check_interval", "gin_fuzzy_search_limit",
            "vacuum_buffer_usage_limit")  # fmt: skip
"""Settings of which 0 means that there is no limit, besides time-outs; -1 does of any."""


def _setting_shown(name: str, value: str, *, other: bool = False, condition: bool = False) -> str:
    if _secret(name, value):
        return f"{name} with {'another' if other else 'a'} value, which is not shown"
    return f"{name} {value.strip()}" if condition else f"{name} = {value}"


def _secret(name: str, value: str) -> bool:
    return secret_name(name) or bool(found_in(value))


def schemas(path: str) -> list[str]:
    """Return the schemas of a search_path in their order."""
    items = (item.strip("'") for item in split(path))
    return [_schema(item) for item in items if item not in ("", '""')]


def _schema(item: str) -> str:
    return item if item == "$user" else parts(item)[0]
