"""How a trigger is made: `alter trigger` changes its name only."""

from pytest_schemaverify.kinds.firing import FIRING
from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole


def _create(whole: Whole) -> str:
    said = whole.said
    tables = [f"{one} table as {said[f'{one}_table']}" for one in ("old", "new")
              if f"{one}_table" in said]  # fmt: skip
    events = " or ".join(said["events"]).lower()
    lacking = {"old_table": ("insert", "truncate"), "new_table": ("delete", "truncate")}
    if any(key in said and word in events for key, words_ in lacking.items() for word in words_):
        return ""  # an event without such rows has no table of them
    call = said["function"]
    return words(
        f"create {'constraint ' if said.get('constraint') else ''}trigger {whole.name}",
        f"{said['timing']} {' or '.join(said['events'])} on {whole.table}",
        "deferrable" if said.get("deferrable") else "",
        "initially deferred" if said.get("initially_deferred") else "",
        f"referencing {' '.join(tables)}" if tables else "",
        f"for each {said['level']}",
        whole.word("when", "when ({})"),
        f"execute function {call if call.endswith(')') else f'{call}()'}",
    )


def _fires(whole: Whole) -> list[str]:
    word = FIRING.get(whole.said.get("enabled", True))
    return [f"alter table {whole.table} {word} trigger {whole.name};"] if word else []


MAKING = Making(
    create=_create,
    needs=frozenset({"timing", "events", "function"}),
    usual={"level": "statement"},
    risk="locks {table} against writes while it is made",
    then=_fires,
)
