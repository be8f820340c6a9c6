"""The page that says of each function of pgTAP how a file of expectations says the same."""

from pathlib import Path
from typing import Any

import yaml

from tools.markdown import table

DATA = Path(__file__).parent.parent / "tests/data/pgtap.yaml"
COMMAND = """\
## The command

    schemaverify import pgtap tests/*.sql -o expectations.yaml

It reads the files, runs nothing, and writes what the assertions say as a person would: merged by
object, in short forms. Only what is certain is taken. The rest stands as comments at the end of
the file, each with its place, the reason and what to write instead: arguments that are no
constants, calls under a `case` or an `if`, in `todo()`, or once for each row of a query, objects
that the suite makes for itself, rows in a file that changes rows or the role, and assertions that
contradict others.

- **Arguments are read as the server reads them.** `has_table('app', 'users')` is about a table
  `app` with the description `users`, unless both are cast: `'app'::name`.
- **A name without a schema** is one in `public`, or in the only schema of `set search_path` that
  is not pgTAP's.
- **`tables_are()` and the like** become `exact: true` where they name all schemas that the file
  is about, because that is about all of them.
- **pgTAP says nothing of others**: so the file says `exact: false` under `functions`, `grants`
  and `policies`, unless the suite names all of them.

No file is overwritten. The exit code is 0 for a file that was written, 2 for one that cannot be
read, 4 for an argument that is wrong."""


def page() -> str:
    """Return docs/guides/pgtap.md without its first line."""
    groups = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    parts = [
        "# From pgTAP",
        "What each function of [pgTAP](https://pgtap.org) says, and how `expectations.yaml` says"
        " it. The tests run each line beside the function on one database, in a case that passes"
        " and in one that fails (`tests/test_pgtap.py`). What is compared, and how, stands on the"
        " page of each [check](../reference/checks.md).",
        "Row-level security itself, `using` and `with check`, search paths, generated and identity"
        " columns, operator classes and default privileges have no function in pgTAP: see"
        " [the language](../reference/language.md).",
    ]
    parts.append(COMMAND)
    for group in groups:
        rows = [_row(*item) for item in group.get("functions", {}).items()]
        rows += [_elsewhere(*item) for item in group.get("elsewhere", {}).items()]
        parts.append(f"## {group['title']}")
        parts.append(table(("pgTAP", "Here"), rows))
    return "\n\n".join(parts) + "\n"


def _row(name: str, entry: dict[str, Any]) -> tuple[str, str]:
    note = f"<br>{entry['note']}" if "note" in entry else ""
    return f"`{name}()`", f"`{' '.join(entry['yaml'][0].split())}`{note}"


def _elsewhere(names: str, instead: str) -> tuple[str, str]:
    listed = ", ".join(f"`{name.strip()}()`" for name in names.split(","))
    return listed, instead
