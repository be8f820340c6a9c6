from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.rewrite_rules.row import RewriteRule
from pytest_schemaverify.sql.tokens import tokens


def check(expected: str, actual: RewriteRule, schema: str) -> Iterator[Finding]:
    """The rule is the declared statement."""
    wanted, found = (_words(text, schema) for text in (expected, actual.definition))
    if wanted[:1] == ["do"]:
        # The file may leave out what the entry says anyway: the table and the event.
        found = found[found.index("do") :]
    if wanted != found:
        yield Finding(
            expected=expected,
            actual=actual.definition,
            hint="compared word by word with what `pg_get_ruledef` prints",
        )


def _words(text: str, schema: str) -> list[str]:
    """Return the statement's words, without the schema of names that need none in the file."""
    found = [token.text for token in tokens(text)]
    if found[-1:] == [";"]:
        found = found[:-1]
    # pg_get_ruledef prints `create rule`, also for one that `create or replace` has made.
    if found[:3] == ["create", "or", "replace"]:
        found = ["create", *found[3:]]
    words: list[str] = []
    for at, word in enumerate(found):
        before = word == schema and found[at + 1 : at + 2] == ["."]
        behind = word == "." and found[at - 1] == schema
        if not (before or behind):
            words.append(word)
    return words
