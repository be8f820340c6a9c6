import re
from collections.abc import Iterator, Sequence

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.tokens import Token, closing, text_at

from .reached import Reached

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, policy_scope: frozenset[str]) -> Iterator[Finding]:
    """No policy takes a user, a tenant or a role from a header, which everybody can send."""
    reached = Reached(catalog)
    for policy in catalog.families["policies"].values():
        if policy.schema not in policy_scope:
            continue
        pieces = [*reached.by(policy.using, policy.with_check)]
        proven = any(_asks_token(piece.tokens) for piece in pieces)
        for piece in pieces:
            header = next(_trusted(piece.tokens, proven=proven), "")
            if header:
                yield Finding(
                    expected="an identity that the token proves",
                    actual=f"the request header {header}, which everybody can send{piece.where}",
                    subject=quoted(policy.schema, policy.table, policy.name),
                )
                break


def _trusted(found: Sequence[Token], *, proven: bool) -> Iterator[str]:
    """Yield the headers in a text that say who somebody is."""
    for at, header in _headers(found):
        # Beside a token, a header may choose among the tenants that somebody is in; it may not say
        # that somebody is an admin, nor stand for the token.
        trusted = not proven or _is_constant(found, at + 1) or _is_instead(found, at)
        if trusted and _WHO.search(header):
            yield header


def _headers(found: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Yield the names of headers and cookies that a text reads, and where they stand."""
    source = ""
    for at, token in enumerate(found):
        text = token.text[1:-1].lower() if token.kind == "string" else ""
        if text.startswith("request.header."):  # of PostgREST before version 9
            yield at, text.removeprefix("request.header.")
        elif text and source in _SENT and text_at(found, at - 1) in ("->", "->>"):
            yield at, text
        source = text or source


_SENT = frozenset({"request.headers", "request.cookies"})


def _is_instead(found: Sequence[Token], at: int) -> bool:
    """Return whether what a token reads and the user's own token stand for each other."""
    depth = 0
    for place in range(at, -1, -1):
        depth += (found[place].text == ")") - (found[place].text == "(")
        if depth < 0:
            depth = 0
            if text_at(found, place - 1) == "coalesce":
                return _asks_token(found[place : closing(found, place)])
    return False


def _is_constant(found: Sequence[Token], at: int) -> bool:
    """Return whether what ends before a token is compared with a constant."""
    while text_at(found, at) in _AROUND:
        at += 1
    return text_at(found, at - 1) in _COMPARED and at < len(found) and found[at].kind == "string"


_COMPARED = frozenset({"=", "(", "["})
_AROUND = frozenset({")", "::", "text", "true", ",", "=", "in", "any", "array", "(", "["})
"""What stands between a header and the constant that it is compared with."""
_WHO = re.compile(
    r"(?:^|-)(?:user|tenant|org|organi[sz]ation|team|account|company|workspace|customer|member|role|"
    r"admin)(?:-?id)?$"
)
_TOKEN = re.compile(r"^'request\.jwt\b|^(?:current_user|current_role|session_user)$")


def _asks_token(found: Sequence[Token]) -> bool:
    """Return whether a text asks for the token, or for the role of the session."""
    return any(
        _TOKEN.search(one.text) or (one.name == "auth" and text_at(found, at + 1) == ".")
        for at, one in enumerate(found)
    )
