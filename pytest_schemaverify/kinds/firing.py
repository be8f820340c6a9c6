"""Whether triggers and rules fire: in an ordinary session, on a replica, in both, or not."""

from collections.abc import Iterator, Mapping

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.form import Look

# What tgenabled, evtenabled and ev_enabled say of a trigger, an event trigger and a rule:
# https://www.postgresql.org/docs/current/catalog-pg-trigger.html
_WORDS = {
    "origin": "enabled",
    "always": "enabled, on replicas too",
    "replica": "enabled on replicas only",
    "disabled": "disabled",
}
_STATEMENTS = {
    "origin": "enable",
    "always": "enable always",
    "replica": "enable replica",
    "disabled": "disable",
}
FIRING: Mapping[bool | str, str] = {
    False: "disable", **{word: text for word, text in _STATEMENTS.items() if word != "origin"}
}  # fmt: skip
"""The words that have a new trigger or rule fire in another way than it does by itself."""


def compared(expected: bool | str, actual: str, fix: str) -> Iterator[Finding]:
    """Yield the finding; `fix` is the statement with `{}` where `enable` or `disable` stands."""
    if isinstance(expected, bool):
        # `true` asks for an ordinary session only, in which one that is `always` fires, too.
        if (actual in ("origin", "always")) == expected:
            return
        expected = "origin" if expected else "disabled"
    if actual != expected:
        yield Finding(
            expected=_WORDS[expected],
            actual=_WORDS[actual],
            fix=fix.format(_STATEMENTS[expected]),
        )


def as_said(row: Row, look: Look) -> bool | str:
    """Return whether a trigger or rule fires as a file says it: `true`, or the word for it."""
    return {"origin": True, "disabled": False}.get(row.enabled, str(row.enabled))
