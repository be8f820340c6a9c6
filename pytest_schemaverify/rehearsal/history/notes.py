"""The history of a database, from what was noted while its migrations were applied."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.settings.garbage_collection import uncollected
from pytest_schemaverify.sql import names

from .changes import Changed, History, Key
from .recorder import Recorder

_Object = tuple[int, int, int]
"""Class, number and part (of a table: the number of a column), as in pg_depend."""
_Entry = tuple[str, Key]


class _Note(NamedTuple):
    place: str | None
    tag: str
    class_: int
    number: int
    part: int
    type: str | None
    identity: str | None
    said: str | None
    columns: list[str | None] | None
    acl: str | None
    transaction: int
    within: int
    """The part of the transaction that wrote the note: no row that it tells of is of a later."""
    command: int

    @property
    def object(self) -> _Object:
        return self.class_, self.number, self.part


_GRANTS = frozenset({"GRANT", "REVOKE", "ALTER DEFAULT PRIVILEGES"})
_NO_CHANGE = frozenset({"", "REINDEX", "REFRESH MATERIALIZED VIEW", "CLUSTER"}) | _GRANTS
"""Tags of notes that tell of no change of the object itself."""

_FAMILIES = {
    "table": "tables", "view": "tables", "materialized view": "tables", "foreign table": "tables",
    "table column": "columns", "index": "indexes", "sequence": "sequences",
    "function": "functions", "procedure": "functions", "aggregate": "functions",
    "type": "types", "domain": "types", "composite type": "types", "policy": "policies",
    "trigger": "triggers", "rule": "rewrite_rules", "table constraint": "constraints",
    "domain constraint": "domain_checks", "schema": "schemas", "extension": "extensions",
    "language": "languages", "foreign-data wrapper": "wrappers", "server": "foreign_servers",
    "publication": "publications", "statistics object": "statistics",
}  # fmt: skip
"""Families by what event triggers call their objects."""


def history(recorder: Recorder, backup: Path | None = None) -> History:
    """Return the last statement that changed each object.

    What no file has touched has the backup for its place, if there is one.
    """
    with uncollected():  # a project of 350 files has some ten thousand notes
        return History(dict(_Notes(recorder, backup).changes()))


class _Notes:
    """What the notes tell, by the numbers of objects; a moment is the index of a note."""

    def __init__(self, recorder: Recorder, backup: Path | None) -> None:
        self._paths, self._backup = recorder.paths, backup
        self._objects = json.loads(recorder.objects)
        self._notes = [_Note(*one) for text in recorder.notes for one in json.loads(text)]
        self._written = [(note.transaction, note.command) for note in self._notes]
        self._last: dict[_Object, int] = {}
        self._first: dict[_Object, int] = {}
        self._granted: dict[_Object, int] = {}
        self._gone: dict[_Entry, int] = {}
        self._tables: dict[int, list[int]] = {}
        """The commands on each table that may have changed its columns."""
        self._said: dict[_Object, str] = {}
        self._acls: dict[_Object, str | None] = {}
        self._called: dict[_Object, str] = {}
        self._columns: dict[int, list[str | None]] = {}
        for moment, note in enumerate(self._notes):
            self._follow(moment, note)

    def _follow(self, moment: int, note: _Note) -> None:
        if note.tag in _GRANTS:
            self._grant(moment, note.object, note.said)
            return
        if note.tag == "DROP":
            self._lose(note.type, note.identity, moment)
            return
        self._first.setdefault(note.object, moment)
        if note.acl is not None and not note.part:
            self._grant(moment, note.object, note.acl)
        same = not note.part and note.said == self._said.get(note.object, "")
        if note.tag not in _NO_CHANGE and not same:
            self._last[note.object] = moment
        if note.said is not None and not note.part:
            self._said[note.object] = note.said
        if note.identity is not None and not note.part:
            before = self._called.get(note.object, note.identity)
            if before != note.identity:
                self._lose(note.type, before, moment)
            self._called[note.object] = note.identity
        if note.columns is not None:
            self._compare(moment, note)

    def _grant(self, moment: int, one: _Object, acl: str | None) -> None:
        if self._acls.get(one) != acl:
            self._granted[one] = moment
        self._acls[one] = acl

    def _compare(self, moment: int, note: _Note) -> None:
        """See which columns a command on a table has made, renamed or dropped."""
        assert note.columns is not None
        known = self._columns.get(note.number, [])
        self._columns[note.number] = note.columns
        if note.tag or not known:
            self._tables.setdefault(note.number, []).append(moment)
        table = names.parts(note.identity or "")[:2]
        for old, new in zip(known, note.columns, strict=False):
            if old is not None and old != new:
                self._gone["columns", (*table, old)] = moment
        for number in range(len(known) + 1, len(note.columns) + 1):
            self._first[note.class_, note.number, number] = moment

    def _lose(self, type_: str | None, identity: str | None, moment: int) -> None:
        family = _FAMILIES.get(type_ or "")
        if family is not None and identity is not None:
            try:
                self._gone[family, _key(family, identity)] = moment
            except names.BadName:
                return  # a name that no file of expectations can have either

    def changes(self) -> Iterator[tuple[_Entry, Changed]]:
        """Yield all that was changed or is gone, by family and key."""
        for entry, moment in self._gone.items():
            if entry[0] == "types" and ("tables", entry[1]) in self._gone:
                continue  # each table has a type of its name
            if (place := self._place(moment)) is not None:
                yield entry, Changed(*place, gone=True)
        latest: dict[_Entry, tuple[_Object, int]] = {}
        for family, name, class_, number, part, transaction, command in self._objects:
            one, entry = (class_, number, part), (family, tuple(name))
            _, before = latest.get(entry, (one, -1))
            written = self._writer(transaction, command, one)
            latest[entry] = (one, max(before, self._last.get(one, -1), written))
        altered = {
            (*key[:2], moment)
            for (family, key), (one, moment) in latest.items()
            if family == "columns" and self._first.get(one) != moment
        }
        for entry, (one, moment) in latest.items():
            # Some have several rows, and of none is it known who wrote it.
            place = self._place(moment) if moment >= 0 else self._restored()
            if place is not None:
                # A new type of a column makes the server write its indexes and constraints anew.
                again = entry[0] in ("indexes", "constraints")
                again = again and (*entry[1][:2], moment) in altered
                made = self._place(self._first.get(one, moment))
                yield entry, Changed(*place, made=made, rebuilt=again)
            granted = self._granted.get(one)
            if granted is not None and (place := self._place(granted)) is not None:
                yield ("grants", entry[1]), Changed(*place)

    def _writer(self, transaction: int | None, command: int, one: _Object) -> int:
        """Return the command that wrote a row of the catalog, -1 where that is not known.

        The row has the number of the transaction, or of a part of it, and of the command there.
        """
        if transaction is None:
            return -1
        end = bisect_right(self._written, (transaction, 2**32))
        whole = self._written[end - 1][0] if end else -1
        moment = bisect_left(self._written, (whole, command), hi=end)
        if moment == end or self._notes[moment].within < transaction:
            return -1
        if self._notes[moment].tag not in _NO_CHANGE:
            return moment
        # A grant has written the row of a column once more: it is known if only one other has.
        others = self._tables.get(one[1], []) if one[2] else []
        return others[0] if len(others) == 1 else -1

    def _restored(self) -> tuple[Path, int] | None:
        return (self._backup, 0) if self._backup is not None else None

    def _place(self, moment: int) -> tuple[Path, int] | None:
        """Return file and line of a moment; the backup for what was there before."""
        place = self._notes[moment].place if moment >= 0 else None
        if not place:
            return self._restored()
        number, line = place.split(":")[:2]
        return self._paths[int(number)], int(line)


def _key(family: str, identity: str) -> Key:
    """Return the key of what the server calls `public.users` or `"p q" on public.users`."""
    if family == "functions":
        name, _, arguments = identity.partition("(")
        types = (
            one.removeprefix("pg_catalog.") for one in names.split(arguments.removesuffix(")"))
        )
        return (*names.parts(name), ", ".join(types))
    name, _, around = identity.rpartition(" on ")
    if around and family in (
        "policies",
        "triggers",
        "rewrite_rules",
        "constraints",
        "domain_checks",
    ):
        return (*names.parts(around), *names.parts(name))
    found = names.parts(identity)
    # An index or statistics have no table there, and a schema no two of one name.
    return (found[0], "", found[1]) if family in ("indexes", "statistics") else found
