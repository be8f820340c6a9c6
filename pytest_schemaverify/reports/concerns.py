"""What a check is about: security, correctness, performance or style."""

from pytest_schemaverify.kinds import category_of
from pytest_schemaverify.language.presets import RULES, Concern

_CONCERNS: dict[str, Concern] = {
    "access": "security", "function security": "security", "RLS policies": "security",
    "roles and grants": "security", "indexes": "performance", "vector search": "performance",
}  # fmt: skip
"""What the checks of a category are about, where that is not whether the schema is correct."""


def concern_of(check: str) -> Concern:
    """Return what a check is about; a rule says it itself."""
    own = check.partition(".")[2] if check.startswith("rules.") else ""
    return RULES[own].concern if own in RULES else _CONCERNS.get(category_of(check), "correctness")
