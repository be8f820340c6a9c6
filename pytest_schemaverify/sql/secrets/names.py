"""Which names are those of secrets: of columns, settings, options, fields and variables."""

import re
from functools import lru_cache

from pytest_schemaverify.sql.patterns import pattern

_STEMS = ("pass", "pwd", "secr", "toke", "key", "jwt", "cred", "auth", "bear", "salt")
"""Every name of a secret has one of these."""

_WORDS = frozenset({
    "authorization", "bearer", "credential", "credentials", "creds", "jwt", "pass", "passcode",
    "passphrase", "passwd", "password", "passwords", "passwort", "pat", "pgpass", "pwd", "salt",
    "secret", "secrets", "token",
})  # fmt: skip
"""Last words of names."""
_ENDS = ("accesskey", "accountkey", "apikey", "passphrase", "passwd", "password", "privatekey",
         "pwd", "secret", "secretkey", "servicekey", "token")  # fmt: skip
"""Ends of last words."""
_OF_SQL = frozenset({"gettoken"})
"""Words of PostgreSQL's own statements with such an end."""
_KEYS = frozenset({
    "access", "account", "admin", "aes", "anthropic", "api", "auth", "aws", "cipher", "client",
    "crypto", "decryption", "deploy", "encrypt", "encryption", "gpg", "hmac", "jwt", "license",
    "master", "openai", "pgp", "private", "resend", "role", "root", "secret", "sendgrid", "server",
    "service", "sign", "signature", "signing", "ssh", "stripe", "supabase", "vault", "webhook",
})  # fmt: skip
"""Words in front of `key` that make it a secret."""
_PUBLIC = frozenset({
    "anon", "cache", "foreign", "partition", "primary", "public", "publishable", "sort", "unique",
})  # fmt: skip
"""Words in front of `key` that keep an environment variable from being a secret."""
_TAILS = pattern(
    r"(?:[_.-]?(?:\d+|v\d+|b64|base64|hex|hash|hashed|value|plain|text|old|new|previous|current"
    r"|next|prod|production|staging|live|test|dev|local))+$",
    re.IGNORECASE,
)
"""What may follow the word that makes a name that of a secret."""
_PART = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DATABASES = pattern(
    r"(?:^|_)(?:(?:DATABASE|DB|PG|POSTGRES|POSTGRESQL|MYSQL|MONGO|MONGODB|REDIS|AMQP|CLOUDAMQP"
    r"|CONNECTION|CONN|DIRECT)_?(?:[A-Z]+_)?(?:URL|URI|STRING|STR)|DSN|CONNINFO)(?:_[A-Z0-9]+)?$",
    re.IGNORECASE,
)
"""Variables of the environment that hold connection strings, which usually have a password."""


def stems(text: str) -> list[int]:
    """Return where the stems of secrets' names are in a text, in their order."""
    # Of the letters only this one gets longer, and the offsets are to be those of the text. One
    # search for each stem takes a tenth of the time of one pattern for all of them.
    lower = text.replace("\u0130", "i").lower()
    return sorted(found.start() for stem in _STEMS for found in re.finditer(stem, lower))


@lru_cache(4096)
def secret_name(name: str) -> bool:
    """Return whether what has this name is a secret: `app.jwt_secret`, `apiKey`, `PGPASSWORD`."""
    words = _words(name)
    if not words:
        return False
    last = words[-1]
    if last in _OF_SQL:
        return False
    if last in _WORDS or last.endswith(_ENDS):
        return True
    return last == "key" and len(words) > 1 and words[-2] in _KEYS


def secret_variable(name: str) -> bool:
    """Return whether a variable of the environment may hold a secret: every key may be one."""
    words = _words(name)
    key = words[-1:] == ["key"] and not _PUBLIC.intersection(words)
    return secret_name(name) or key or bool(_DATABASES().search(name))


def _words(name: str) -> list[str]:
    """Return the words of a name in lower case, without suffixes that say nothing of its kind."""
    bare = _TAILS().sub("", name) or name
    return [word.lower() for word in _PART().findall(bare)]
