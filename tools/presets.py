"""The page of the presets, and what each rule costs.

python -m tools.presets    measure the rules, write tools/rule_costs.yaml; `make generate` reads it
"""

import time
from dataclasses import replace
from pathlib import Path

import yaml

from pytest_schemaverify.databases import Servers
from pytest_schemaverify.kinds import Check, find
from pytest_schemaverify.language.presets import CONCERNS, PRESETS, RULES, Held
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.judging import of_files, reads_files, run
from pytest_schemaverify.verification.results import Results
from pytest_schemaverify.verification.verification import Verification
from tools.markdown import table

COSTS = Path(__file__).parent / "rule_costs.yaml"
TEXT = Path(__file__).parent / "presets.md"
PROJECT = Path(__file__).parent.parent / "tests/data/first_run"
_TRIED = frozenset({"called", "injections", "shadows"})
"""Facts that are found out by calling functions on a copy of the database."""
_ASKED = frozenset({"bodies", "public_buckets"})
"""Facts that are the answers to queries."""


def page() -> str:
    """Return docs/presets.md without its first line."""
    costs = yaml.safe_load(COSTS.read_text(encoding="utf-8"))
    order = sorted(RULES.items(), key=lambda one: _order(one[1]))
    text = TEXT.read_text(encoding="utf-8")
    for preset in (*PRESETS, ""):
        rows = [_row(rule, held, costs[rule]) for rule, held in order if held.preset == preset]
        before = PRESETS[: PRESETS.index(preset)] if preset else ()
        more = f", and the rules of `{before[-1]}`" if before else ""
        title = f"### `{preset}`: {len(rows)} rules{more}\n\n" if preset else ""
        text = text.replace(f"{{{preset}}}", title + table(_HEAD, rows))
    return text


_HEAD = ("Rule", "It wants", "About", "Since", "It looks at", "ms", "Supabase's advisor")


def _order(held: Held) -> tuple[int, int]:
    return CONCERNS.index(held.concern), not held.advisor


def _row(rule: str, held: Held, cost: float | None) -> list[str]:
    check = find(f"rules.{rule}")
    link = f"[`{rule}`](../../{check.page.relative_to(COSTS.parent.parent).as_posix()})"
    looked = f"{_looked_at(check)}; clients" if held.clients else _looked_at(check)
    shown = "" if cost is None else f"{cost:.0f}"
    advisor = f"`{held.advisor}`" if held.advisor else ""
    since = held.since if held.preset else ""
    return [link, check.summary, held.concern, since, looked, shown, advisor]


def _looked_at(check: Check) -> str:
    if of_files(check.name) or reads_files(check.name):
        return "files"
    if not _TRIED.isdisjoint(check.needs):
        return "tries"
    asked = check.query or not _ASKED.isdisjoint(check.needs)
    return "queries" if asked else "catalog"


def measured() -> dict[str, float | None]:
    """Return the milliseconds that each rule takes alone; None for those with parameters."""
    path = PROJECT / "expectations.yaml"
    one = Verification(path, path.name, Config())
    servers = Servers(one.contract.config)
    found: dict[str, float | None] = {}
    try:
        one.database.prepare(servers)
        head = "database: {platform: supabase}\nmigrations: {directory: supabase/migrations}\n"
        for rule in RULES:
            if rule == "naming":
                found[rule] = None
                continue
            text = f"{head}rules: {{{rule}: true}}\n"
            found[rule] = min(_alone(one, text, rule) for _ in range(3))
    finally:
        one.database.close()
        servers.stop()
    return found


def _alone(one: Verification, text: str, rule: str) -> float:
    contract = Contract(one.contract.path, one.contract.name, one.contract.config, text=text)
    facts = replace(Results(contract, one.database).facts, fixing=False)
    [planned] = [each for each in contract.planned if each.check == f"rules.{rule}"]
    start = time.perf_counter()
    run(planned, facts)
    return round((time.perf_counter() - start) * 1000, 1)


if __name__ == "__main__":
    COSTS.write_text(yaml.safe_dump(measured()), encoding="utf-8")
