"""The page that says of each function of pgTAP how a file of expectations says the same."""

from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent.parent / "tests/data/pgtap.yaml"


def page() -> str:
    """Return docs/pgtap.md without its first line."""
    groups = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    parts = [
        "# From pgTAP",
        "What each function of [pgTAP](https://pgtap.org) says, and how `expectations.yaml` says"
        " it. The tests run each line beside the function on one database, in a case that passes"
        " and in one that fails (`tests/test_pgtap.py`). What is compared, and how, stands on the"
        " page of each [check](checks.md).",
        "Row-level security itself, `using` and `with check`, search paths, generated and identity"
        " columns, operator classes and default privileges have no function in pgTAP: see"
        " [the language](language.md).",
    ]
    for group in groups:
        rows = [_row(*item) for item in group.get("functions", {}).items()]
        rows += [_elsewhere(*item) for item in group.get("elsewhere", {}).items()]
        parts.append(f"## {group['title']}")
        parts.append("\n".join(["| pgTAP | Here |", "| --- | --- |", *rows]))
    return "\n\n".join(parts) + "\n"


def _row(name: str, entry: dict[str, Any]) -> str:
    note = f"<br>{_cell(entry['note'])}" if "note" in entry else ""
    return f"| `{name}()` | `{_cell(entry['yaml'][0])}`{note} |"


def _elsewhere(names: str, instead: str) -> str:
    listed = ", ".join(f"`{name.strip()}()`" for name in names.split(","))
    return f"| {listed} | {_cell(instead)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
