"""What a migration tool has run, as its ledger keeps it, compared with what the file says now."""

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.sql.statements import Statement, statements
from pytest_schemaverify.sql.tokens import spans

_HEX = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
"""Checksums by the number of their digits."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The first difference between what was applied and the file, and its place."""

    applied: str
    file: str
    place: str


def difference(migration: Migration, kept: object) -> Edited | None:
    """Return the first difference of a file from what was applied; None where they are equal.

    `kept` are statements (a list), a checksum of Flyway's (a whole number) or one in hexadecimal
    digits, or the text. Raises CannotDetermine for another kind of checksum.
    """
    if isinstance(kept, list):
        return _statements(migration, kept)
    if isinstance(kept, int):
        return _checksum(migration, str(kept), str(flyway(migration.written)))
    text = str(kept)
    # Ten digits are enough for 32 bits; a digest in hexadecimal has at least 32.
    if re.fullmatch(r"-?\d{1,10}", text):
        return _checksum(migration, text, str(flyway(migration.written)))
    if re.fullmatch(r"[0-9a-fA-F]+", text) and len(text) in _HEX:
        found = {
            hashlib.new(_HEX[len(text)], spelled, usedforsecurity=False).hexdigest()
            for spelled in _spellings(migration)
        }
        return None if text.lower() in found else _checksum(migration, text, min(found))
    # SQL has white space somewhere, a checksum has none.
    if not re.search(r"\s", text):
        raise CannotDetermine(
            f"comparing {shown(migration.path)} with what was applied",
            because=f"`{text[:60]}` is no checksum that is known here",
            remedy="known are md5, sha1, sha256 and sha512 in hexadecimal digits, and Flyway's",
        )
    return _statements(migration, [text])


def flyway(text: str) -> int:
    """Return the checksum that Flyway keeps: CRC-32 of the lines without their ends.

    It is an int of Java's, so from 2 ** 31 on it is negative.
    """
    value = 0
    for line in re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")):
        value = zlib.crc32(line.encode(), value)
    return value - (1 << 32) if value >= 1 << 31 else value


def _spellings(migration: Migration) -> list[bytes]:
    """Return the file's bytes, as they are and as a checksum may have seen them.

    git changes line ends on Windows, editors add a byte order mark, and some tools trim the text.
    """
    raw = migration.path.read_bytes()
    unix = raw.replace(b"\r\n", b"\n")
    return [
        raw,
        unix,
        unix.replace(b"\n", b"\r\n"),
        unix.strip(),
        unix.removeprefix(b"\xef\xbb\xbf"),
    ]


def _checksum(migration: Migration, kept: str, found: str) -> Edited | None:
    if kept == found:
        return None
    return Edited(f"checksum {kept}", f"checksum {found}", shown(migration.path))


def _statements(migration: Migration, kept: Sequence[str]) -> Edited | None:
    now = [(one, essence) for one in statements(migration.text) if (essence := _essence(one.text))]
    before = [essence for text in kept for essence in map(_essence, _split(text)) if essence]
    for here, applied in zip_longest(now, before):
        if here is None:
            last = now[-1][0] if now else None
            return Edited(_head(applied or ""), "no such statement", _at(migration, last))
        one, essence = here
        if applied is None:
            return Edited("no further statement", _head(essence), _at(migration, one))
        if essence != applied:
            return Edited(*_apart(applied, essence), _at(migration, one))
    return None


def _split(text: str) -> list[str]:
    return [one.text for one in statements(text)]


def _essence(text: str) -> str:
    """Return a statement without comments and needless white space; quoted texts stay."""
    kept: list[str] = []
    done = 0
    for _, start, end in spans(text):
        # `f (a)` and `f(a)` are one statement; between words one space has to stay.
        if 0 < done < start and not {text[done - 1], text[start]} & set("(),;"):
            kept.append(" ")
        kept.append(text[start:end].replace("\r\n", "\n"))
        done = end
    return "".join(kept).rstrip(";").strip()


def _at(migration: Migration, statement: Statement | None) -> str:
    return f"{shown(migration.path)}:{statement.line if statement else 1}"


def _head(text: str, start: int = 0) -> str:
    piece = " ".join(text[start : start + 200].split())
    return ("…" if start else "") + (piece if len(piece) <= 60 else f"{piece[:59]}…")


def _apart(left: str, right: str) -> tuple[str, str]:
    """Return both texts from about 30 characters before their first difference."""
    same = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
    start = max(0, (min(len(left), len(right)) if same is None else same) - 30)
    start = left.rfind(" ", 0, start) + 1 if start else 0
    return _head(left, start), _head(right, start)
