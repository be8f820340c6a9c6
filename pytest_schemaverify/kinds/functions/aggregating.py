"""How an aggregate is made of its parts."""

from pytest_schemaverify.kinds.form import ABSENT, Said
from pytest_schemaverify.sql.names import literal

_WORDS = {
    "state_function": "sfunc", "state_type": "stype", "final_function": "finalfunc",
    "combine_function": "combinefunc", "sort_operator": "sortop",
}  # fmt: skip


def created(said: Said, name: str, parallel: str) -> str:
    """Return the statement that makes an aggregate of what a file says; `name` has arguments."""
    parts = [
        f"{word} = {said[key]}" for key, word in _WORDS.items() if said.get(key, ABSENT) != ABSENT
    ]
    initial = said.get("initial", ABSENT)
    parts += [f"initcond = {literal(initial)}"] if initial != ABSENT else []
    for word, value in said.get("definition", {}).items():
        parts.append(f"{word} = {literal(value) if word == 'minitcond' else value}")
    parts += [f"parallel = {parallel}"] if parallel != "unsafe" else []
    return f"create aggregate {name} ({', '.join(parts)});"
