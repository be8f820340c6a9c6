"""Migration files as the key to what is kept of them."""

import copyreg
import os
import pickle
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import fields
from hashlib import sha256, shake_256
from io import BytesIO
from operator import attrgetter
from pathlib import Path
from typing import Any

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.psql_commands import parts
from pytest_schemaverify.migrations.static.schema_state import (
    Column,
    Function,
    Relation,
    SchemaObject,
)

_NONCE = 16
"""Bytes that are another each time, so that no two texts are sealed alike."""
_PIECE = 1 << 16


class SealedFiles:
    """Migration files in their order, and what they make of a value that is kept of them.

    What is kept says much of what the files say, and they may hold passwords. So it is sealed with
    a key that is made of their texts: it tells nothing to whoever does not have them.
    """

    def __init__(self, before: Sequence[Migration], judged: Sequence[Migration]) -> None:
        """Read the files. Raises MigrationFailed for one that cannot be read."""
        self.migrations = (*before, *judged)
        self.unjudged = len(before)
        self.parts = [[*parts(one)] for one in self.migrations]
        """Each with the files that it includes."""
        self.size = sum(len(part.text) for whole in self.parts for part in whole)
        self._numbered = [part for whole in self.parts for part in whole]
        self._keys: list[bytes] = []
        digest = sha256(os.fsencode(Path.cwd()))  # from which the files that psql reads are found
        for number, whole in enumerate(self.parts):
            for part in whole:
                said = (str(part.path), part.version, part.name, part.part, number >= self.unjudged)
                digest.update(sha256(repr(said).encode("utf-8", "surrogateescape")).digest())
                digest.update(sha256(part.text.encode("utf-8", "surrogateescape")).digest())
            self._keys.append(digest.digest())
        self.names = [sha256(b"name" + key).hexdigest() for key in self._keys]
        """The names of what is known after each file. A name tells nothing of the key."""

    def new(self, paths: Collection[Path] | None) -> list[int] | None:
        """Return the numbers of the files at `paths`, and of those that files there include."""
        return paths if paths is None else [
            number for number, one in enumerate(self._numbered)
            if one.path in paths or one.whole.path in paths
        ]  # fmt: skip

    def sealed(self, after: int, *values: object) -> bytes | None:
        """Return values that are known after so many files; None where pickle cannot take them.

        They share nothing that changes: each is pickled by itself, for a pickler takes memory for
        every object that it has seen.
        """
        numbers = {one: number for number, one in enumerate(self._numbered)}
        content = BytesIO()
        content.write(os.urandom(_NONCE))
        pickler = pickle.Pickler(content, pickle.HIGHEST_PROTOCOL)
        # In place of a file stands its number, so that it is one of this run's when it is read.
        pickler.dispatch_table = (
            copyreg.dispatch_table
            | _BY_FIELDS
            | {Migration: lambda one: (_migration, (numbers[one],))}
        )
        try:
            for value in values:
                pickler.dump(value)
                pickler.clear_memo()
        except RecursionError:  # nested deeper than pickle goes
            return None
        self._cover(after, content.getbuffer())
        return content.getvalue()

    def unsealed(self, after: int, content: BytesIO) -> Iterator[Any]:
        """Yield the values of a content, which is read from here on."""
        self._cover(after, content.getbuffer()[content.tell() :])
        content.seek(_NONCE, os.SEEK_CUR)
        while content.tell() < len(content.getbuffer()):
            yield _Unpickler(content, self._numbered).load()

    def _cover(self, after: int, content: memoryview) -> None:
        """Add the key's bits to a content, or take them away again, piece by piece."""
        nonce, content = bytes(content[:_NONCE]), content[_NONCE:]
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            bits = shake_256(b"%b%d %b" % (nonce, start, self._keys[after - 1])).digest(len(piece))
            both = int.from_bytes(piece, "big") ^ int.from_bytes(bits, "big")
            piece[:] = both.to_bytes(len(piece), "big")


def _by_fields(kind: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda one: (kind, values(one))


_BY_FIELDS = {kind: _by_fields(kind) for kind in (Column, Function, Relation, SchemaObject)}
"""How they are pickled: a dictionary for each of many objects takes memory and time."""


def _migration(number: int) -> Migration:
    """Stand for a file in what is kept; `_Unpickler` has the files."""
    raise LookupError(number)


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: BytesIO, files: Sequence[Migration]) -> None:
        super().__init__(content)
        self._files = files

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name)
        return self._files.__getitem__ if found is _migration else found
