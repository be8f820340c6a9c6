"""Storage parameters of tables, views and indexes."""

from collections.abc import Iterator, Mapping

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.conditions import is_condition, number
from pytest_schemaverify.language.matchers import same, shown
from pytest_schemaverify.language.own_keys import EXACT

_COUNT = (0, 2147483647)
_OR_OFF = (-1, 2147483647)
_FACTOR = (0, 100)
_SWITCH = ("true", "false", "on", "off")
_OF_TABLES: Mapping[str, tuple[float, float] | tuple[str, ...]] = {
    "fillfactor": (10, 100), "toast_tuple_target": (128, 8160), "parallel_workers": (0, 1024),
    "autovacuum_enabled": _SWITCH, "vacuum_truncate": _SWITCH, "user_catalog_table": _SWITCH,
    "vacuum_index_cleanup": ("auto", *_SWITCH),
    "autovacuum_vacuum_threshold": _COUNT, "autovacuum_vacuum_scale_factor": _FACTOR,
    "autovacuum_vacuum_insert_threshold": _OR_OFF,
    "autovacuum_vacuum_insert_scale_factor": _FACTOR, "autovacuum_analyze_threshold": _COUNT,
    "autovacuum_analyze_scale_factor": _FACTOR, "autovacuum_vacuum_cost_delay": (0, 100),
    "autovacuum_vacuum_cost_limit": (1, 10000), "autovacuum_freeze_min_age": (0, 1000000000),
    "autovacuum_freeze_max_age": (100000, 2000000000),
    "autovacuum_freeze_table_age": (0, 2000000000),
    "log_autovacuum_min_duration": _OR_OFF,
}  # fmt: skip
"""Values that the server takes for a table: from the least to the greatest number, or words:
https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS"""


def differing(
    expected: Mapping[str, object],
    options: tuple[str, ...],
    *,
    hint: str = "",
    alter: str = "",
    toasted: bool = False,
) -> Iterator[Finding]:
    """Yield a finding for each parameter that is not set as expected.

    Others may be set too, unless `exact` says otherwise. `alter` is the statement before `set` and
    `reset`, of a table that can have any; `toasted` says that it has a table of long values.
    """
    found = dict(option.split("=", 1) for option in options)
    if expected.get(EXACT) is True:
        for name in sorted(found.keys() - {one.lower() for one in expected}):
            yield Finding(
                expected=f"{name} not set, as no others are",
                actual=f"{name} = {found[name]}",
                fix=f"{alter} reset ({name});" if alter else "",
            )
    for written, value in expected.items():
        name = written.lower()
        if name == EXACT:
            continue
        actual = found.get(name)
        if value == "absent":
            if actual is not None:
                yield Finding(
                    expected=f"{name} not set",
                    actual=f"{name} = {actual}",
                    fix=f"{alter} reset ({name});" if alter else "",
                )
        # A `-1` that is there means no limit, so it is not below any number.
        elif actual is None or not same(value, actual, endless=number(actual) == -1):
            text = shown(value)
            yield Finding(
                expected=f"{name} {text}" if is_condition(value) else f"{name} = {text}",
                actual=f"{name} is not set" if actual is None else f"{name} = {actual}",
                hint="" if actual is not None else hint,
                fix=f"{alter} set ({name} = {text});"
                if alter and _taken(name, text, toasted or name in found)
                else "",
            )


def _taken(name: str, text: str, toasted: bool) -> bool:
    """Return whether a table takes a value for a parameter, and then has it."""
    if name.startswith("toast.") and not toasted:  # there may be no table of long values
        return False
    known, value = _OF_TABLES.get(name.removeprefix("toast."), ()), number(text)
    # A fix that the server refuses would be none, so the bounds are looked at here.
    if known and value is not None and not isinstance(known[0], str):
        return known[0] <= value <= known[-1]
    return text.lower() in known
