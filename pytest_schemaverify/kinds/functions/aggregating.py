"""How an aggregate is made of its parts."""

from pytest_schemaverify.kinds.form import ABSENT, Said
from pytest_schemaverify.sql.names import literal

_WORDS = {
    "state_function": "sfunc", "state_type": "stype", "final_function": "finalfunc",
    "combine_function": "combinefunc", "sort_operator": "sortop",
}  # fmt: skip


def created(said: Said, name: str, parallel: str) -> str:
    """Return the statement that makes an aggregate of what a file says; `name` has arguments."""
    there = {key: said[key] for key in said if said[key] != ABSENT}
    parts = [f"{word} = {there[key]}" for key, word in _WORDS.items() if key in there]
    parts += [f"initcond = {literal(there['initial'])}"] if "initial" in there else []
    for word, value in there.get("definition", {}).items():
        parts.append(f"{word} = {literal(value) if word == 'minitcond' else value}")
    parts += [f"parallel = {parallel}"] if parallel != "unsafe" else []
    return f"create aggregate {name} ({', '.join(parts)});"
