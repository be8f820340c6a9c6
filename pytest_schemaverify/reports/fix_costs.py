"""What the fixes of a script cost whoever works with the database."""

import re
from functools import cache
from pathlib import Path

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.static import analyse
from pytest_schemaverify.sql.lexical import remark

COST = re.compile(r"(?:--|;)[ \t]*(locks|loses)\b")
"""What a fix says of its cost, behind a statement: `-- locks app.notes; loses its rows`."""
_SUPPORTED = 13
"""The oldest version of PostgreSQL that is verified."""


@cache
def with_cost(fix: str) -> str:
    """Return a fix that says what it costs: what it says itself, or what its statements show."""
    if COST.search(fix):
        return fix
    found = analyse([], [Migration(Path("fix.sql"), "1", "fix").saying(fix)])
    told = [f"locks {one.object}: {one.effect}" for one in found.locks if one.below > _SUPPORTED]
    told += [f"loses {one.object}: {one.effect}" for one in found.destructive]
    return "\n".join([fix, *map(remark, dict.fromkeys(told))])
