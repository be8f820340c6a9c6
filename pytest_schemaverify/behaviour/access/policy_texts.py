"""What policies, and the functions that they call, name: tables, claims, settings, the user."""

import re
from collections.abc import Iterable, Iterator, Sequence

from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.policies.row import Policy

# auth.uid() of Supabase, a function like current_user_id(), and both forms of the claim.
_ME = re.compile(r"\buid\(\)|\w*user_?id\(\)|->>\s*'sub'|jwt\.claim\.sub", re.IGNORECASE)
_PART = re.compile(r"\b(?:and|or|where|on|when|if|return)\b|;", re.IGNORECASE)


def texts_about(catalog: Catalog, table: Table) -> list[str]:
    """Return the expressions of a table's policies, and the bodies of functions that they call."""
    found = [
        text
        for policy in catalog.of_table("policies", *table)
        for text in (policy.using, policy.with_check)
        if text
    ]
    return with_called(catalog, found)


def with_called(catalog: Catalog, texts: Sequence[str]) -> list[str]:
    """Return expressions and the bodies of the functions that they call, and those call."""
    # By name alone: which of the overloads is called depends on types that a text does not show.
    called: dict[str, str] = {}
    bodies = {row.name: row.source or "" for row in catalog.families["functions"].values()}
    waiting = [*texts]
    while waiting:
        for name in re.findall(r"(\w+)\(", waiting.pop()):
            if name in bodies and name not in called:
                called[name] = bodies[name]
                waiting.append(bodies[name])
    return [*texts, *called.values()]


def tables_in(catalog: Catalog, texts: Iterable[str]) -> list[Table]:
    """Return the tables whose names occur in expressions or bodies."""
    words = set(re.findall(r"\w+", " ".join(texts)))
    tables = catalog.families["tables"].values()
    return [(row.schema, row.name) for row in tables if row.name in words]


def parts_of(expression: str) -> list[str]:
    """Return the parts of an expression that `and`, `or` and the like connect."""
    return _PART.split(expression)


def comparisons(policy: Policy) -> list[str]:
    """Return the parts of a policy's expressions that `and`, `or` and the like connect."""
    return parts_of(f"{policy.using or ''} or {policy.with_check or ''}")


def is_about_me(part: str) -> bool:
    """Return whether a part of an expression asks for who is there."""
    return bool(_ME.search(part))


def looks_for_me(text: str, table: Table, column: str) -> bool:
    """Return whether an expression looks into a table for a row whose column is who is there."""
    named, asked = (re.compile(rf"\b{re.escape(one)}\b") for one in (table[1], column))
    about_me = (part for part in parts_of(text) if is_about_me(part))
    return bool(named.search(text)) and any(asked.search(part) for part in about_me)


# auth.jwt() or the setting with the token, then one or more steps into it, with the casts and
# brackets that the server writes between them.
_TOKEN = re.compile(r"(?:jwt\(\)|'request\.jwt\.claims'[^>]*?)((?:[\s)\w:]*->>?\s*'[^']+')+)")
_STEP = re.compile(r"->>?\s*'([^']+)'")
_OLD_CLAIM = re.compile(r"'request\.jwt\.claim\.(\w+)'")
# Settings below `request.` are those of the token, not of the project.
_SETTING = re.compile(r"current_setting\(\s*'(?!request\.)([\w.]+)'")


def settings_in(text: str) -> list[str]:
    """Return the settings that an expression reads, besides those of a token."""
    found: list[str] = _SETTING.findall(text)
    return found


def claims_in(text: str) -> Iterator[str]:
    """Yield the claims of a token that an expression reads, as paths."""
    for chain in _TOKEN.findall(text):
        yield ".".join(_STEP.findall(chain))
    yield from _OLD_CLAIM.findall(text)


# What users edit by themselves, wherever a text has it from: a variable may hold the token.
_EDITABLE = re.compile(r"'user_metadata'(?:::text)?((?:[\s)\w:]*->>?\s*'[^']+')*)")
_PATH = re.compile(r"#>>?\s*'\{([^}']+)\}'")
# The server writes `NULLIF(current_setting('request.headers'::text, true), ''::text))::json` there.
_REQUEST = re.compile(
    r"'request\.(?!jwt\.)([\w.-]+)'((?:(?:[\s)\w:,]|'')*->>?\s*'[^']+')*)", re.IGNORECASE
)
_STORED = re.compile(r"\braw_user_meta_data((?:[\s)\w:]*->>?\s*'[^']+')*)")


def edited_in(text: str) -> list[str]:
    """Return the claims that an expression reads and that users edit by themselves, as paths."""
    found = [["user_metadata", *_STEP.findall(chain)] for chain in _EDITABLE.findall(text)]
    paths = [[part.strip() for part in path.split(",")] for path in _PATH.findall(text)]
    found += [path for path in paths if path[0] == "user_metadata"]
    return [*dict.fromkeys(".".join(path) for path in found if len(path) > 1)]


def stored_in(text: str) -> list[str]:
    """Return what an expression reads of the metadata in `auth.users` that users edit, as paths."""
    found = (_STEP.findall(chain) for chain in _STORED.findall(text))
    return [*dict.fromkeys(".".join(path) for path in found if path)]


def sent_in(text: str) -> list[tuple[str, str]]:
    """Return what an expression reads of a request besides the token: a setting, and the key in it.

    The setting is one of those below `request.`; the key is empty where all of it is read.
    """
    found = ((name, ".".join(_STEP.findall(chain))) for name, chain in _REQUEST.findall(text))
    return [*dict.fromkeys(found)]
