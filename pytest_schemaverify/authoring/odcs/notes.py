"""What is taken of a contract, and what is not, each with its place."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken
from pytest_schemaverify.authoring.importing.imported import Imported, Left, require_valid
from pytest_schemaverify.authoring.importing.merging import Merged
from pytest_schemaverify.authoring.odcs.model import Part
from pytest_schemaverify.language.load import position
from pytest_schemaverify.language.places import Path, Positions

UNKNOWN_TO_A_DATABASE = "no database knows it, so there is nothing to verify"
_WHY = {
    "partitioned": "it does not say how; write `partitioned_by: range (column)`, or list or hash",
    "partitionKeyPosition": "see `partitioned`",
    "roles": "it does not say what they may do; write `grants: {ROLE: [select]}` at the tables",
    "slaProperties": "what a query can tell is a line under `data: {queries: …}`",
    "properties": "it is a part of a value, which PostgreSQL keeps in one column",
    "mustNotBeBetween": "write a query under `data: {queries: …}` that returns whether it is so",
}
"""Why a key is not taken, and what to write instead."""
_BY_DEFAULT: tuple[Any, ...] = (None, False, "", [], {}, -1)
"""Values that say no more than the key's absence. https://bitol-io.github.io/open-data-contract-standard"""


@dataclass(slots=True)
class Notes:
    """What has been made of a contract so far."""

    file: str
    positions: Positions
    result: Imported = field(default_factory=lambda: Imported("entries of the contract"))
    merged: Merged = field(default_factory=Merged)
    names: dict[Path, str] = field(default_factory=dict)
    """What objects and properties are called, by their paths."""
    left: list[Path] = field(default_factory=list)
    """The paths of what is not taken."""
    guessed: list[Path] = field(default_factory=list)
    """The paths of what is taken for something that the contract does not say."""

    def take(self, path: Path, facts: Iterable[Fact]) -> bool:
        """Take what stands at a path, or keep why it is not; return whether it is taken."""
        try:
            found = list(facts)
            _require_there(found)
            require_valid(found)
            self.merged.add(found, self._at(path))
        except Untaken as why:
            self.leave(path, str(why))
            return False
        self.result.count += 1
        return True

    def leave(self, path: Path, why: str) -> None:
        """Keep why what stands at a path is not taken."""
        self.result.count += 1
        self.left.append(path)
        self.result.left.append(Left(self._at(path), self._shown(path), why))

    def guess(self, path: Path, why: str) -> None:
        """Keep what is taken for something that the contract does not say."""
        self.guessed.append(path)
        self.result.guessed.append(Left(self._at(path), self._shown(path), why))

    def rest(self, part: Part, path: Path) -> None:
        """Leave the keys of a part that have no field, unless they say what holds by default."""
        for key, value in (part.model_extra or {}).items():
            if value not in _BY_DEFAULT:
                self.leave((*path, key), _WHY.get(key, UNKNOWN_TO_A_DATABASE))

    def _at(self, path: Path) -> str:
        line, column = position(path, self.positions)[:2]
        return f"{self.file}:{line}:{column}"

    def _shown(self, path: Path) -> str:
        """Return a path as people read it: `users.id.tags`, `users.quality[0]`."""
        known = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in self.names), ())
        rest = path[len(known) :]
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)
        return self.names[known] + text if known else text.removeprefix(".")


def _require_there(facts: Iterable[Fact]) -> None:
    """Refuse the word that is no text to a file of expectations. Raises Untaken."""
    if any(value == "absent" for _, value in facts):
        raise Untaken("`absent` would say that there must be none; write by hand what is meant")
