"""Credentials in the text of a file: in statements, literals and comments."""

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

_FORMATS: tuple[tuple[str, str, str], ...] = (
    (
        "PRIVATE KEY-----",
        "a private key",
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s*[A-Za-z0-9+/=]{16,})?",
    ),
    ("AKIA", "an AWS access key", r"\bAKIA[0-9A-Z]{16}\b"),
    ("ASIA", "an AWS access key", r"\bASIA[0-9A-Z]{16}\b"),
    ("gh", "a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36,}"),
    ("github_pat_", "a GitHub token", r"\bgithub_pat_\w{50,}"),
    ("glpat-", "a GitLab token", r"\bglpat-[\w-]{20,}"),
    ("xox", "a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{12,}"),
    ("hooks.slack", "a Slack webhook", r"https://hooks\.slack\.com/services/T\w+/B\w+/\w{16,}"),
    (
        "/webhooks/",
        "a Discord webhook",
        r"https://discord(?:app)?\.com/api/webhooks/\d{10,}/[\w-]{40,}",
    ),
    ("k_live_", "a Stripe key", r"\b[sr]k_live_[A-Za-z0-9]{16,}"),
    ("k_test_", "a Stripe key", r"\b[sr]k_test_[A-Za-z0-9]{16,}"),
    ("whsec_", "a signing secret", r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
    ("AIza", "a Google key", r"\bAIza[\w-]{35}"),
    ("SG.", "a SendGrid key", r"\bSG\.[\w-]{20,}\.[\w-]{20,}"),
    ("re_", "a Resend key", r"\bre_[A-Za-z0-9]{8,}_[A-Za-z0-9]{16,}"),
    ("hf_", "a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    ("npm_", "an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("sbp_", "a Supabase key", r"\bsbp_[\w-]{20,}"),
    ("sb_secret_", "a Supabase key", r"\bsb_secret_[\w-]{20,}"),
    ("sk-", "an API key", r"\bsk-[A-Za-z0-9][\w-]{18,}"),
    ("eyJ", "a JSON web token", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    ("://", "a password in a URL", r"""://[^\s:/@'"<>]*:(?P<value>[^\s:/@'"<>]+)@[\w.\[-]"""),
)
"""A text without which the kind cannot be there, what it is, and its form."""
_STATEMENTS: tuple[tuple[str, str, str], ...] = (
    (
        "password",
        "the password of a role",
        r"\b(?:role|user)\s[^;']{0,300}?\bpassword\s+e?'(?P<value>(?:[^']|'')+)'",
    ),
    (
        "password",
        "the password of a foreign server",
        r"\b(?:user\s+mapping|server)\s[^;]{0,500}?\bpassword\s+'(?P<value>[^']+)'",
    ),
    (
        "pgp_sym",
        "an encryption key",
        r"\bpgp_sym_(?:en|de)crypt(?:_bytea)?\s*\([^;()']*,\s*'(?P<value>[^']+)'",
    ),
    (
        "gen_salt",
        "a password in plain text",
        r"\bcrypt\s*\(\s*'(?P<value>[^']+)'\s*,\s*(?:\w+\.)?gen_salt",
    ),
    (
        "set",
        "a secret that is set",
        r"""\bset\s+["\w.]*(?:secret|api_?key|password|token)\w*"?\s*(?:=|to)\s*'(?P<value>[^']+)'""",
    ),
    (
        "create_secret",
        "a secret for the vault",
        r"\bvault\.create_secret\s*\(\s*'(?P<value>[^']+)'",
    ),
    (
        "password",
        "a password in a connection string",
        r"\b(?:host|dbname|user)\s*=[^\n;]{0,200}?\bpassword\s*=\s*(?P<value>[^\s'\";,)]+)",
    ),
    (
        "password",
        "a password in a connection string",
        r"\bpassword\s*=\s*(?P<value>[^\s'\";,)]+)(?=[^;\n]{0,200}?\b(?:host|dbname|user)\s*=)",
    ),
)
"""The same, for what statements say in whichever case."""
_COMPILED = [
    *((mark, what, re.compile(form)) for mark, what, form in _FORMATS),
    *((mark, what, re.compile(form, re.IGNORECASE)) for mark, what, form in _STATEMENTS),
]
_NAMED = re.compile(
    r"""(?ix)
    (?:key|secret|token|passwd|password)
    ['"]? \s* (?:=>|:=|=|:|,) \s* e?['"] (?P<value> [^'"\s]{12,} ) ['"]
    """
)
_NAMES = re.compile(
    r"(?i)(?:api_?key|secret|access_?token|auth_?token|service_role_key|private_?key|passw(?:or)?d"
    r"|bot_?token|webhook_?token)(?:_?key)?$"
)
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
"""What stands where a secret will be, or keeps no secret."""


class Secret(NamedTuple):
    """A credential; its text is not kept."""

    what: str
    """a Stripe key, the password of a role."""
    offset: int
    shown: str
    """What may be shown of it: its first characters, if they only name its kind, and its length."""


def secrets(text: str) -> Iterator[Secret]:
    """Yield the credentials of a text, in its order, each once."""
    found: dict[int, Secret] = {}
    lowered = text.lower()
    for mark, what, form in _COMPILED:
        if mark not in (lowered if form.flags & re.IGNORECASE else text):
            continue
        for match in form.finditer(text):
            group = "value" if "value" in form.groupindex else 0
            value, start = match[group], match.start(group)
            if start not in found and _real(what, value, match) and not _PLACEHOLDER.search(value):
                found[start] = Secret(what, start, shown(value))
    for match in _NAMED.finditer(text):
        value, start = match["value"], match.start("value")
        named = text[max(0, match.start() - 30) : match.start()] + re.split(r"\W", match[0])[0]
        inside = any(start <= other <= match.end() for other in found)
        if (not inside and _NAMES.search(named) and not value.startswith("eyJ")
                and not _PLACEHOLDER.search(value) and random(value)):  # fmt: skip
            found[start] = Secret("a secret, by its name", start, shown(value))
    yield from (found[start] for start in sorted(found))


def random(value: str) -> bool:
    """Return whether a text looks drawn by lot: mixed characters, no word among them."""
    kinds = [re.search(pattern, value) for pattern in ("[a-z]", "[A-Z]", "[0-9]")]
    mixed = bool(kinds[2]) and sum(map(bool, kinds)) >= 2
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value, re.IGNORECASE):
        return False  # a UUID names things
    return mixed and len(value) >= 16 and entropy(value) >= 3.2 and not re.search(r"[ ,()]", value)


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


def _real(what: str, value: str, match: re.Match[str]) -> bool:
    """Return whether a text of a known form can be real: random enough, not a public key."""
    if what == "an API key":
        return bool(re.search(r"\d", value)) and entropy(value) >= 3
    if what == "a JSON web token":
        payload = _payload(value)  # the anon key is public, the demo keys are everybody's
        return '"anon"' not in payload and "supabase-demo" not in payload
    if what == "a password in a URL":
        return not _LOCAL.match(match.string, match.end() - 1)
    return True


_LOCAL = re.compile(
    r"(?:localhost|127\.0\.0\.1|db|postgres|host|host\.docker\.internal|(?:[\w-]+\.)*example\.\w+)"
    r"(?![\w.-])"
)
"""Hosts that nobody else reaches."""


def _payload(token: str) -> str:
    """Return what a JSON web token says; "" where it cannot be read."""
    part = token.split(".")[1]
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
