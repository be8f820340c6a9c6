"""Secrets that are known by their own form, without the text around them."""

from collections.abc import Iterator

from pytest_schemaverify.sql.patterns import pattern

from .spans import Span

HASH = "the hash of a password"
# Repetitions have a bound or are possessive, so that no text is gone over again and again.
_FORMS: tuple[tuple[str, str, str], ...] = (
    (
        "PRIVATE KEY-----",
        "a private key",
        r"-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY-----(?>(?:\s|\\n)*)(?:-- )?"
        r"(?P<value>[A-Za-z0-9+/=]{16,}+(?>(?:(?>(?:\s|\\n|--)*)[A-Za-z0-9+/=]{20,}+)*)"
        r"(?:(?>(?:\s|\\n|--)*)[A-Za-z0-9+/]{1,19}={0,2}(?=(?:\s|\\n|-- )*-----))?)",
    ),
    ("AGE-SECRET-KEY-", "a private key", r"\bAGE-SECRET-KEY-1[0-9A-Z]{40,}"),
    ("AKIA", "an AWS access key", r"\bAKIA[0-9A-Z]{16}\b"),
    ("ASIA", "an AWS access key", r"\bASIA[0-9A-Z]{16}\b"),
    ("gh", "a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36,}"),
    ("github_pat_", "a GitHub token", r"\bgithub_pat_\w{40,}"),
    ("glpat-", "a GitLab token", r"\bglpat-[\w-]{20,}"),
    ("xox", "a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{12,}"),
    ("xapp-", "a Slack token", r"\bxapp-[A-Za-z0-9-]{20,}"),
    ("hooks.slack", "a Slack webhook", r"https://hooks\.slack\.com/services/T\w+/B\w+/\w{16,}"),
    (
        "/webhooks/",
        "a Discord webhook",
        r"https://discord(?:app)?\.com/api/webhooks/\d{10,}/[\w-]{40,}",
    ),
    ("k_live_", "a Stripe key", r"\b[sr]k_live_[A-Za-z0-9]{12,}"),
    ("k_test_", "a Stripe key", r"\b[sr]k_test_[A-Za-z0-9]{12,}"),
    ("whsec_", "a signing secret", r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
    ("AIza", "a Google key", r"\bAIza[\w-]{35}"),
    ("ya29.", "a Google token", r"\bya29\.[\w-]{20,}"),
    ("SG.", "a SendGrid key", r"\bSG\.[\w-]{16,}\.[\w-]{20,}"),
    ("re_", "a Resend key", r"\bre_[A-Za-z0-9]{8,}_[A-Za-z0-9]{16,}"),
    ("hf_", "a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    ("npm_", "an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("pypi-", "a PyPI token", r"\bpypi-[\w-]{40,}"),
    ("dop_v1_", "a DigitalOcean token", r"\bdop_v1_[0-9a-f]{40,}"),
    ("shp", "a Shopify token", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("gsk_", "an API key", r"\bgsk_[A-Za-z0-9]{40,}"),
    ("hvs.", "a Vault token", r"\bhvs\.[\w-]{24,}"),
    ("sbp_", "a Supabase key", r"\bsbp_[\w-]{20,}"),
    ("sb_secret_", "a Supabase key", r"\bsb_secret_[\w-]{12,}"),
    ("sk-", "an API key", r"(?<![\w-])sk-[A-Za-z0-9][\w-]{11,}"),
    ("eyJ", "a JSON web token", r"(?<![\w-])eyJ[\w-]++\.[\w-]++\.[\w-]*+"),
    (
        "SCRAM-SHA-256$",
        HASH,
        r"\bSCRAM-SHA-256\$\d+:[\w+/=]+\$[\w+/=]+:[\w+/=]+",
    ),
    ("md5", HASH, r"\bmd5[0-9a-f]{32}\b"),
    ("$2", HASH, r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{22,53}"),
    ("$argon2", HASH, r"\$argon2id?\$[\w=,+/$]{20,200}"),
    (
        "://",
        "a password in a URL",
        r"""://[^\s:/@'"<>]{0,200}:(?!\d{1,5}[/?#\s'"])(?P<value>[^\s'"<>/]{1,250})@(?=[\w.\[/-]|$)""",
    ),
    (
        ":",
        "",
        r"""(?<![\w.*:-])[\w.*-]{1,250}+:(?:\d{4,5}|\*):[\w*-]{1,63}:[\w*.@-]{1,63}:(?P<value>[^\s'":]+)""",
    ),
    (
        "earer",
        "",
        r"\b[bB]earer\s{1,3}(?P<value>(?=[\w.~+/=-]{0,200}\d)[\w.~+/=-]{8,})",
    ),
    ("asic", "", r"\b[bB]asic\s{1,3}(?P<value>(?=\w{0,200}[A-Z\d])[A-Za-z0-9+/]{8,}={0,2})"),
)
"""For each kind: a text that every secret of it holds; its name, "" where other things look the
same; its form."""
_PATTERNS = [(mark, what, pattern(form)) for mark, what, form in _FORMS]


def known(text: str) -> Iterator[Span]:
    """Yield what is a secret by its form. Every form takes time in proportion to the text."""
    for mark, what, form in _PATTERNS:
        # A fixed text is found faster than a pattern, and most texts have none of these.
        if mark in text:
            group = "value" if "value" in form().groupindex else 0
            for match in form().finditer(text):
                yield Span(*match.span(group), what or "a secret", certain=bool(what))
