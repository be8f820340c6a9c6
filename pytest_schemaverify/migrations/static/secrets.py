"""Credentials in the text of a file: in statements, literals and comments.

They are among what masks hide, so that no message shows what the rule finds.
"""

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from pytest_schemaverify.sql.secrets import HASH, Span, found, nothing

_PLACEHOLDER = re.compile(
    r"""(?ix)
      ^[<\[{(%$*.].* | ^\W*$ | your | change.?me | replace | placeholder | redacted | insert
    | dummy | \bfake | \bmock | xxx | \*\*\* | \.\.\. | … | <\w | \$\{ | \{\{ | %\( | todo
    | ^env[.:(] | EXAMPLE$
    | ^(?:postgres|password|secret|pass|passwd|test|admin|root|user|user_?name|example|string|key
      |token|authenticator|none|null|true|false|pw|pwd|foo|bar|mypassword|supabase|localhost
      |localdev)\d{0,4}$
    | ^(?:test|example|demo|sample|my)[-_]?(?:password|secret|key|token|pass)\w*$
    | ^[A-Z]+(?:_[A-Z]+)+$ | ^:[\w'"]+$ | -here\b | _here\b | ^\w+\([^)]*\)?$ | 1234567
    """
)
"""Texts in the place of a secret that are none. A finding wants more certainty than a mask, which
hides too much rather than too little, so this list is longer than the masks'."""


class Secret(NamedTuple):
    """A credential; its text is not kept."""

    what: str
    """a Stripe key, the password of a role."""
    offset: int
    shown: str
    """What may be printed: the prefix that names the kind of secret, if any, and the length."""


def secrets(text: str) -> Iterator[Secret]:
    """Yield the credentials of a text, in its order, each once."""
    end = 0
    for span in found(text):
        value = text[span.start : span.end]
        if span.start >= end and _real(span, text) and not _placeholder(value):
            end = span.end
            yield Secret(span.what, span.start, shown(value))


def _placeholder(value: str) -> bool:
    return nothing(value) or bool(_PLACEHOLDER.search(value))


def random(value: str) -> bool:
    """Return whether a text looks random: mixed characters, no word among them."""
    kinds = [re.search(pattern, value) for pattern in ("[a-z]", "[A-Z]", "[0-9]")]
    mixed = bool(kinds[2]) and sum(map(bool, kinds)) >= 2
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value, re.IGNORECASE):
        return False  # a UUID names things
    if _ADDRESS.fullmatch(value) or (_NAME.fullmatch(value) and not _OF_SECRETS.search(value)):
        return False
    return mixed and len(value) >= 16 and entropy(value) >= 3.2 and not re.search(r"[ ,()]", value)


_ADDRESS = re.compile(r"(?:\\x|0x)[0-9a-f]{40}", re.IGNORECASE)
"""The 20 bytes of an account or a contract on a blockchain, which everybody may see."""
_NAME = re.compile(r"[a-z]+\d{0,2}(?:_[a-z]+\d{0,2}){2,}")
"""The name of an object or of a purpose: `spo2_red_flag_engine`, `order_document_v1`."""
_OF_SECRETS = re.compile(r"secret|pass|pwd|token|key")


def entropy(value: str) -> float:
    """Return the bits of each character, by how often the characters occur in the text."""
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)


def shown(value: str) -> str:
    """Return what may be printed of a secret: no character that helps to guess it."""
    prefix = re.match(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----|(?:AKIA|ASIA|AIza|eyJ|SG\.)"
        r"|[a-z]{2,6}(?:_live_|_test_)"
        r"|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|sb_secret_|sbp_|whsec_|hf_|npm_|re_|sk-|https://",
        value,
    )  # fmt: skip
    return f"{prefix.group() if prefix else ''}… ({len(value)} characters)"


def _real(span: Span, text: str) -> bool:
    """Return whether a secret can be real: random enough, and not a public key."""
    value = text[span.start : span.end]
    # A seed file often has the hash of one test password for all of its users.
    if span.what == HASH:
        return False
    if not span.certain:
        return not value.startswith("eyJ") and random(value)
    if span.what == "an API key":
        return len(value) >= 22 and bool(re.search(r"\d", value)) and entropy(value) >= 3
    if _PLAIN_URL.fullmatch(value):  # the vault often has a project's address beside its key
        return False
    if value.startswith("eyJ") and value.count(".") == 2:
        # Supabase's anon key is meant for browsers; its CLI gives every project the same demo keys.
        payload = _payload(value)
        return '"anon"' not in payload and "supabase-demo" not in payload
    if span.what == "a password in a URL":
        return not _LOCAL.match(text, span.end + 1)
    return True


_PLAIN_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[a-z_-]{0,30}(?:v\d)?)*")
"""An address without a password, parameters, or a part that looks drawn by lot."""
_LOCAL = re.compile(
    r"(?:localhost|127\.0\.0\.1|db|postgres|host|host\.docker\.internal|(?:[\w-]+\.)*example\.\w+)"
    r"(?![\w.-])"
)
"""Hosts of a development machine, where a password protects nothing."""


def _payload(token: str) -> str:
    """Return what a JSON web token says; "" where it cannot be read."""
    part = token.split(".")[1]
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
