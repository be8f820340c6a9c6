"""Migration files and what can be asked of a set of them without a database."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeVar

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.decoding import decoded
from pytest_schemaverify.migrations.layouts import LAYOUTS
from pytest_schemaverify.migrations.names import called, names, resolved_each, shown
from pytest_schemaverify.migrations.sections import Part, holds_sql, only
from pytest_schemaverify.migrations.templates import filled, remedy, unfilled
from pytest_schemaverify.migrations.versions import number, undashed, width
from pytest_schemaverify.settings.paths import resolved
from pytest_schemaverify.sql.positions import Lines

# No letter around it: `markdown` and `downloads` lead nowhere back.
ROLLBACK = re.compile(r"(?<![a-z])(?:rollback|roll_back|revert|undo|down(?:grade)?)(?![a-z])", re.I)
Kind = Literal["name", "directory", "nested", "rollback", "seed"]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration: a file, or the half of one that goes one way."""

    path: Path
    version: str
    """As written in the name; "" for files that have none (repeatable ones)."""
    name: str
    part: Part = "whole"
    """up, down: the half of the file that goes that way, as the comments in it say."""
    layout: str = ""
    """Layout of the folder whose tool runs it; "" where it runs otherwise, and how is known."""
    within: "Migration | None" = None
    """The file that includes this one."""
    made: Callable[[], object] | None = field(default=None, repr=False, compare=False)
    """What lets the file be there, where a command makes it; called before it is read."""
    placeholders: tuple[tuple[str, str], ...] = ()
    """Names and values of the placeholders in the text."""
    # Lists, as the dataclass is frozen; left out of comparisons, so that reading changes nothing.
    _text: list[str] = field(default_factory=list, init=False, repr=False, compare=False)
    _lines: list[Lines] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def whole(self) -> "Migration":
        """The migration that this file is a part of: itself, or what includes it."""
        return self.within.whole if self.within else self

    @property
    def called(self) -> str:
        """The name that tells it from others, as `called` gives it."""
        return called(self.path)

    @property
    def text(self) -> str:
        """The SQL to run; the other half of the file is blanked, so offsets are the file's.

        Raises MigrationFailed if the file cannot be made or read, or is not UTF-8.
        """
        if not self._text:
            self._text.append(self._filled())
        return self._text[0]

    @property
    def written(self) -> str:
        """The text before placeholders are filled in. Raises MigrationFailed."""
        if self.made is not None:
            self.made()
        return only(self.part, decoded(self.path))

    def _filled(self) -> str:
        if not self.placeholders:
            return self.written
        text = filled(self.written, dict(self.placeholders), bare=self.layout == "goose")
        # Flyway looks for them anywhere, in comments, too; others leave alone what they don't know.
        if self.layout == "flyway" and (left := unfilled(text)):
            line, column = Lines(text).at(left.start())
            raise MigrationFailed(
                f"reading {shown(self.path)}:{line}:{column}",
                because=f"Flyway refuses a file in which {left.group()} has no value",
                remedy=remedy(left),
            )
        return text

    @property
    def lines(self) -> Lines:
        """The lines of the text; found once, for a file may have thousands of places to tell."""
        if not self._lines:
            self._lines.append(Lines(self.text))
        return self._lines[0]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the text, without white space around it; CRLF counts as LF (autocrlf)."""
        return sha256(self.text.replace("\r\n", "\n").strip().encode()).hexdigest()

    def saying(self, text: str) -> "Migration":
        """Return this migration with another text than the file's."""
        changed = replace(self)
        changed._text.append(text)
        return changed

    def __str__(self) -> str:
        return shown(self.path)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something beside the migrations that the layout's runner would not run."""

    path: Path
    reason: str
    kind: Kind
    """name: does not match the pattern; directory: is one, named like a file; nested: in a folder
    that the runner does not enter; rollback, seed: a script of that kind, by its name."""


@dataclass(frozen=True, slots=True)
class MigrationSet:
    """The migrations of a directory in the order in which its runner would apply them."""

    directory: Path
    layout: str
    migrations: tuple[Migration, ...]
    ignored: tuple[Ignored, ...] = ()
    down: tuple[Migration, ...] = ()
    """The scripts that undo them, last version first."""
    made_by: str = ""
    """The command that prints them, "" where they are files of the project."""

    @property
    def expects(self) -> str:
        """How the layout's runner wants files to be named, in words for messages."""
        return LAYOUTS[self.layout].expects

    def duplicates(self) -> Mapping[str, tuple[Migration, ...]]:
        """Return the versions that more than one file has, with those files.

        Where versions are numbers, 24 and 024 are the same; the first spelling is the key.
        """
        # Tools that compare text keep 24 and 024 apart.
        by_number = LAYOUTS[self.layout].sorts == "number"
        key: Callable[[str], Hashable] = number if by_number else undashed
        versioned = (m for m in self.migrations if m.version)
        return {
            same[0].version: same for same in _grouped(versioned, lambda m: key(m.version)).values()
        }

    def duplicate_content(self) -> Mapping[str, tuple[Migration, ...]]:
        """Return the fingerprints that more than one file has, with those files.

        Files of nothing but comments say nothing, and so not the same.
        """
        return {
            fingerprint: same
            for fingerprint, same in _grouped(self.migrations, lambda m: m.fingerprint).items()
            if holds_sql(same[0].text)
        }

    def widths(self) -> Mapping[int, tuple[Migration, ...]]:
        """Return the lengths of the leading number, with the files that have each."""
        widths: defaultdict[int, list[Migration]] = defaultdict(list)
        for migration in self.migrations:
            if digits := width(migration.version):
                widths[digits].append(migration)
        return {width: tuple(widths[width]) for width in sorted(widths)}

    def out_of_order(self) -> tuple[tuple[Migration, Migration], ...]:
        """Return neighbours that sorting the other way, as numbers or as text, would swap.

        The first of each pair is applied first. A layout whose runner is known to compare numbers
        has none; where it compares text, or is not known, 2_x and 10_x are such a pair.
        """
        layout = LAYOUTS[self.layout]
        versioned = [m for m in self.migrations if m.version]
        return tuple(
            (first, second)
            for first, second in pairwise(versioned)
            if number(first.version) > number(second.version)
            or (
                layout.any_runner
                and number(first.version) != number(second.version)
                and self._label(first) > self._label(second)
            )
        )

    def mismatched(self, pattern: str) -> tuple[Migration, ...]:
        """Return the migrations whose file name the regular expression does not find."""
        expression = re.compile(pattern)
        return tuple(m for m in self.migrations if not expression.search(self._label(m)))

    def without(self, paths: Iterable[Path]) -> tuple[Migration, ...]:
        """Return the migrations that are none of these files."""
        known = {resolved(path) for path in paths}
        if not known:
            return self.migrations
        each = zip(self.migrations, resolved_each(m.path for m in self.migrations), strict=True)
        return tuple(migration for migration, path in each if path not in known)

    def leaving_out(self, patterns: Iterable[str]) -> "MigrationSet":
        """Return the set without the migrations whose names match; those are ignored in it."""
        patterns = list(patterns)

        def named(one: Migration) -> bool:
            return any(names(pattern, self._label(one)) for pattern in patterns)

        if not (out := [one for one in self.migrations if named(one)]):
            return self
        more = (Ignored(one.path, "the file of expectations says so", "name") for one in out)
        # What undoes one of them has nothing to undo.
        undone = {(one.version, one.name) for one in out}
        return replace(
            self,
            migrations=tuple(one for one in self.migrations if one not in out),
            ignored=(*self.ignored, *more),
            down=tuple(
                one for one in self.down if not named(one) and (one.version, one.name) not in undone
            ),
        )

    def run_by(self, layout: str) -> "MigrationSet":
        """Return the set with files that are run as the tool of another layout does."""
        return replace(
            self,
            migrations=tuple(replace(one, layout=layout) for one in self.migrations),
            down=tuple(replace(one, layout=layout) for one in self.down),
        )

    def _label(self, migration: Migration) -> str:
        return migration.path.relative_to(self.directory).as_posix()


def _grouped(
    migrations: Iterable[Migration], key: Callable[[Migration], Key]
) -> dict[Key, tuple[Migration, ...]]:
    """Return the groups of at least two, in the order of their first members."""
    groups: defaultdict[Key, list[Migration]] = defaultdict(list)
    for migration in migrations:
        groups[key(migration)].append(migration)
    return {value: tuple(group) for value, group in groups.items() if len(group) > 1}
