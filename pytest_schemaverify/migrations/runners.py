"""How migration tools send a file to the server, which decides what the server refuses.

Several statements in one message of the simple protocol are one transaction, as are those of a
pipeline (https://www.postgresql.org/docs/current/protocol-flow.html). Sources are the manuals of
the tools and, for dbmate, Drizzle, Flyway, goose, node-pg-migrate, sql-migrate, Supabase and tern,
their code of the middle of 2026.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pytest_schemaverify.settings.paths import is_file

Sending = Literal["transaction", "message", "statements"]
"""In a transaction of the tool's own; whole, in one message or pipeline; one by one."""


@dataclass(frozen=True, slots=True)
class Runner:
    """A tool whose way of running files is known."""

    name: str
    sends: Sending
    way_out: str
    """What to do about a statement that cannot run so."""
    apart: re.Pattern[str] | None = None
    """How a file asks for no transaction: a comment, or a line of the file beside it.

    It is matched as the tool does: one that ignores an annotation with a blank in front, in another
    case or with a word behind runs the file in a transaction."""
    beside: str = ""
    """Name of that file, with `{}` for the name of the migration. `{}` alone is the migration with
    what stands in front of its way up."""
    sends_apart: Sending = "statements"
    """How the tool sends such a file."""
    by_itself: re.Pattern[str] | None = None
    """Statements that the tool itself runs outside of a transaction, if the file has no others."""

    def sending(self, path: Path, text: str, statements: Sequence[str]) -> Sending:
        """Return how the tool sends a file."""
        if self.apart and self.apart.search(self.asked(path) if self.beside else text):
            return self.sends_apart
        if self.by_itself and statements and all(map(self.by_itself.match, statements)):
            return "statements"
        return self.sends

    def asked(self, path: Path) -> str:
        """Return the text of the other file that may ask for no transaction; "" for none."""
        other = path.with_name(self.beside.format(path.name)) if self.beside else None
        return other.read_text("utf-8-sig", "replace") if other and is_file(other) else ""


def _line(expression: str) -> re.Pattern[str]:
    return re.compile(rf"^{expression}", re.MULTILINE)


_OPTIONS = r"[ \t](?:[^\n]*[ \t])?"
"""What may stand between the mark of a way and an option of its line."""


_ALONE = "give this statement a file of its own, with nothing else in it"
RUNNERS: Mapping[str, Runner] = {
    # Prisma, Postgrator, golang-migrate and Supabase begin no transaction; the message is one.
    "prisma": Runner("Prisma", "message", "give this statement a migration of its own"),
    "diesel": Runner(
        "Diesel", "transaction",
        f"{_ALONE}, and `run_in_transaction = false` in a metadata.toml beside it",
        _line(r"[ \t]*run_in_transaction\s*=\s*false\b"), "metadata.toml", "message",
    ),
    "pairs": Runner("golang-migrate", "message", _ALONE),
    "postgrator": Runner("Postgrator", "message", _ALONE),
    "flyway": Runner(
        "Flyway", "transaction",
        "give this statement a file of its own, or write `executeInTransaction=false` into a file"
        " named like this one and ending in .sql.conf",
        _line(r"(?i:[ \t]*executeInTransaction\s*=\s*false\b)"), "{}.conf",
        by_itself=re.compile(
            r"(?:create|drop)\s+(?:database|tablespace|subscription)\b|alter\s+system\b"
            r"|(?:create|drop)(?:\s+unique)?\s+index\s+concurrently\b|vacuum\b|discard\s+all\b"
            r"|reindex(?:\s+verbose)?\s+(?:schema|database|system)\b",
            re.IGNORECASE,
        ),
    ),
    "dbmate": Runner(
        "dbmate", "transaction", f"{_ALONE}, and write `-- migrate:up transaction:false` there",
        _line(rf"--\s*migrate:(?:up|down){_OPTIONS}transaction:false(?!\S)"), sends_apart="message",
    ),
    "goose": Runner(
        "goose", "transaction", "begin the file with `-- +goose NO TRANSACTION`",
        _line(r"--[ \t]*\+goose[ \t]*(?i:no transaction)[ \t]*\r?$"), "{}",
    ),
    "sql-migrate": Runner(
        "sql-migrate", "transaction", "write `-- +migrate Up notransaction`",
        _line(rf"-- \+migrate [ \t]*(?:Up|Down){_OPTIONS}notransaction(?!\S)"),
    ),
    # It runs all that is new in one transaction, and its files have no word for another way.
    "drizzle": Runner(
        "Drizzle", "transaction", "run this statement by hand, or have another tool run the files"
    ),
    # Its SQL files have no word for it; only migrations in JavaScript do.
    "node-pg-migrate": Runner(
        "node-pg-migrate", "transaction",
        "write this migration in JavaScript, with `pgm.noTransaction()`",
    ),
    "tern": Runner(
        "tern", "transaction", "begin the file with `---- tern: disable-tx ----`",
        _line(r"---- tern: disable-tx ----$"),
    ),
    "graphile-migrate": Runner(
        "graphile-migrate", "transaction", "begin the file with `--! no-transaction`",
        _line(r"--! no-transaction[ \t]*$"), sends_apart="message",
    ),
    "supabase": Runner(
        "Supabase's CLI", "message",
        f"{_ALONE}; since 2.109 the CLI knows some such statements and runs them apart",
    ),
}  # fmt: skip
"""By layout. sqitch is left out, as psql runs its files, and so are the layouts of UNKNOWN."""
UNKNOWN = frozenset({"timestamped", "plain", "named", "pop"})
"""Layouts whose names many tools use, so that the tool is not known; of pop there are several."""
