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
    statements=r"event\s+trigger",
)
