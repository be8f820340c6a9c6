"""Event triggers."""

from pytest_schemaverify.kinds.keys import bare_pattern, single
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="function security",
    mark="functions",
    noun="event trigger",
    families=("event_triggers",),
    key=single,
    pattern=bare_pattern,
    # Event triggers do not fire for statements about themselves, so the history has none of them:
    # https://www.postgresql.org/docs/current/event-trigger-definition.html
    statements=r"event\s+trigger",
)
