"""The order in which fixes can be run: what others need comes first, and drops before all of it."""

import re
from collections.abc import Iterable

from pytest_schemaverify.sql.lexical import without_comments
from pytest_schemaverify.sql.statements import statements

_FLAGS = re.DOTALL | re.IGNORECASE
_PART = r'(?:"(?:[^"]|"")*"|[^\s".(,;]+)'
_NAME = rf"{_PART}(?:\.{_PART})*"
_TABLE = rf"alter (?:foreign )?table (?:if exists )?(?:only )?{_NAME} "
_ADD = rf"{_TABLE}(?:drop constraint {_NAME}, ?)?add (?:constraint {_NAME} )?"
_MAKE = "(?:create|alter) (?:or replace )?"

ORDER = (
    ("schemas", rf"{_MAKE}schema"),
    ("extensions", rf"{_MAKE}extension"),
    ("languages", rf"{_MAKE}(?:trusted )?(?:procedural )?language"),
    ("roles", rf"{_MAKE}(?:role|group|user(?! mapping))"),
    ("memberships", r"(?:grant|revoke) (?!.* on ).* (?:to|from)"),
    ("settings", rf"{_MAKE}(?:database|system|tablespace|large object)"),
    ("types", rf"{_MAKE}(?:type|domain|collation)"),
    ("foreign servers", rf"{_MAKE}(?:foreign data wrapper|server|user mapping)"),
    ("sequences", "create (?:temp |temporary |unlogged )?sequence"),
    ("tables", "create (?:temp |temporary |unlogged |foreign )?table"),
    ("columns", rf"{_TABLE}(?:(?:add|drop|alter|rename) column|alter (?!constraint|column))"),
    ("positions", rf"{_TABLE}(?:inherit|no inherit|of|not of|attach partition|detach partition)"),
    ("owned sequences", "alter sequence"),
    ("functions", rf"{_MAKE}(?:function|procedure|routine|aggregate)"),
    (
        "operators",
        rf"{_MAKE}(?:operator|cast|conversion|transform|text search|access method)",
    ),
    ("constraints", rf"{_TABLE}(?:add|drop|alter|rename) constraint"),
    ("keys", rf"{_ADD}(?:primary key|unique)"),
    ("views", rf"{_MAKE}(?:temp |temporary )?(?:recursive )?(?:materialized )?view"),
    ("indexes", rf"{_MAKE}(?:unique )?index|reindex"),
    ("exclusions", rf"{_ADD}exclude"),
    ("checks", rf"{_ADD}(?:check|not null)|alter domain {_NAME} (?:add|validate)"),
    ("foreign keys", rf"{_ADD}foreign key"),
    ("ways of tables", rf"{_TABLE}(?:set|reset|cluster|replica identity|(?:no )?force|validate)"),
    ("statistics", rf"{_MAKE}statistics"),
    ("rewrite rules", rf"{_MAKE}rule"),
    ("triggers", rf"{_MAKE}(?:constraint |event )?trigger"),
    ("firing", rf"{_TABLE}(?:enable|disable) (?:always |replica )?(?:rule|trigger)"),
    ("row-level security", rf"{_TABLE}(?:enable|disable) row level security"),
    ("policies", rf"{_MAKE}policy"),
    ("publications", rf"{_MAKE}publication"),
    ("subscriptions", rf"{_MAKE}subscription"),
    ("dependencies", rf"alter .* depends on extension {_NAME}$"),
    ("owners", rf"(?:alter .* owner to {_NAME}|reassign owned .*)$"),
    ("privileges", r"(?:grant|revoke) .* on|alter default privileges"),
    ("others", ""),
    ("comments", r"comment on|security label"),
)  # fmt: skip
"""What a statement is about, in the order in which they are run, and how such a statement begins.

It is that of the last beginning that fits, except for `others`, which are those without one.
"""
_PLACES = [
    (place, re.compile(f"(?:{beginning})(?!\\w)", _FLAGS))
    for place, (_, beginning) in enumerate(ORDER)
    if beginning
]
_OTHERS = [name for name, _ in ORDER].index("others")
_DROPPING = re.compile(
    # A partition has its values to itself until it is detached.
    rf"drop |{_TABLE}(?:drop (?!.*\badd )|detach partition )"
    rf"|alter (?:domain|extension|publication|text search configuration|type) {_NAME} drop ",
    _FLAGS,
)

_NEW_LABEL = re.compile(rf"alter type {_NAME} add value ", _FLAGS)
"""A new value of an enum is unknown to all that runs in the same transaction."""
_ALONE = re.compile(
    r"(?:create|drop|alter) (?:unique )?index concurrently |reindex .*concurrently |vacuum\b"
    r"|reindex (?:\(.*\) )?(?:schema|database|system) "
    r"|(?:create|drop) (?:database|tablespace|subscription) |alter system "
    rf"|alter database {_NAME} set tablespace |alter subscription .* refresh publication"
    rf"|{_TABLE}detach partition .*concurrently|cluster$|discard all",
    _FLAGS,
)
"""What refuses to be in a transaction with others."""


_GONE = re.compile(r"drop ((?:function|procedure|aggregate) .*\))", _FLAGS)
"""A routine that is dropped; its name ends with its arguments, so no other one begins like it."""


def in_lines(fix: str) -> list[str]:
    """Return the statements of a fix, each in one line and without comments."""
    return [" ".join(without_comments(one.text).split()) for one in statements(fix)]


def label(fix: str) -> bool:
    """Return whether a fix must be committed before what uses it."""
    return any(_NEW_LABEL.match(one) for one in in_lines(fix))


def alone(fix: str) -> bool:
    """Return whether a fix cannot be in a transaction."""
    return any(_ALONE.match(one) for one in in_lines(fix))


def ordered(fixes: Iterable[str]) -> list[str]:
    """Return fixes in the order in which they can be run, each once.

    What is part of another fix is left out, for it would be made twice.
    """
    every = {fix: [one.text for one in statements(fix)] for fix in fixes}
    parts = {
        fix
        for fix, few in every.items()
        if any(_part(few, many) for other, many in every.items() if other != fix)
    }
    left = {fix: in_lines(fix) for fix in every if fix not in parts}
    gone = [found[1] for lines in left.values() if lines and (found := _GONE.fullmatch(lines[-1]))]
    kept = [fix for fix, lines in left.items() if not _about(lines, gone)]
    return sorted(kept, key=lambda fix: _place(left[fix]))


def _about(lines: list[str], gone: list[str]) -> bool:
    """Return whether statements change a routine that another fix drops in the end."""
    return any(one in line and not _GONE.fullmatch(line) for line in lines for one in gone)


def _part(few: list[str], many: list[str]) -> bool:
    """Return whether statements stand in a row among more of them."""
    starts = range(len(many) - len(few) + 1)
    return len(few) < len(many) and any(many[at : at + len(few)] == few for at in starts)


def _place(found: list[str]) -> tuple[bool, int]:
    """Return where a fix is run: what it makes first may be needed by others.

    Drops come before all of that, those of what needs others first.
    """
    making = [one for one in found if not _DROPPING.match(one)]
    if found and not making:
        return False, -max(place_of(re.sub("^drop ", "create ", one)) for one in found)
    return True, min(map(place_of, making), default=_OTHERS)


def place_of(statement: str) -> int:
    """Return the place in `ORDER` of a statement in one line."""
    fitting = [place for place, beginning in _PLACES if beginning.match(statement)]
    return fitting[-1] if fitting else _OTHERS
