"""The whole record as JSON: what other programs read, and what a later run compares with."""

import json
from dataclasses import asdict
from typing import Any

from pytest_schemaverify.reports.record import Record

VERSION = 1
"""It changes when something in it goes or means something else; what is added changes nothing."""


def text(record: Record) -> str:
    """Return the record as JSON."""
    return json.dumps(data(record), indent=1, ensure_ascii=False) + "\n"


def data(record: Record) -> dict[str, Any]:
    """Return the record as JSON's types; report.schema.json says what they are."""
    whole = asdict(record)
    return {
        "version": VERSION,
        "tool": {"name": "pytest-schemaverify", "version": whole.pop("version")},
        "verdict": record.verdict,
        "counts": record.counts(),
        **whole,
    }
