"""Credentials are found by form and by name; placeholders are not; none is shown."""

import pytest

from pytest_schemaverify.migrations.static.secrets import secrets

REAL = {
    "AWS": "-- AKIA" + "Q4TZ7XN2M5KLP9WD",
    "GitHub": "select 'ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'",
    "Slack": "select 'xoxb-" + "17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy'",
    "Stripe": "select 'sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc'",
    "private key": "/* -----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq0 */",
    "URL": "-- postgresql://app:h0rse-Staple@db.shop.io:5432/app",
    "conninfo": "select dblink('host=db.shop.io user=app password=h0rseStaple')",
    "role": "alter role app with encrypted password 'h0rse-Staple'",
    "user": "create user app superuser password 'h0rse-Staple'",
    "mapping": "create user mapping for app server far options (user 'a', password 'h0rse-Staple')",
    "crypt": "insert into users values (crypt('h0rse-Staple', gen_salt('bf')))",
    "vault": "select vault.create_secret('h0rse-Staple', 'name')",
    "column": "update accounts set access_token = 'h0rse-Staple-9'",
    "named": """select '{"api_key": "9fQ2xLw7TzVb4NcR8sJmKdYh"}'""",
}
HARMLESS = {
    "placeholder": "insert into settings values ('api_key', '<your key here>')",
    "variable": "alter role app password '${APP_PASSWORD}'",
    "psql variable": "alter role app password :'password'",
    "changeme": "create role app login password 'changeme'",
    "local": "-- postgres://postgres:postgres@localhost:5432/postgres",
    "local too": "-- postgres://app:h0rse-Staple@127.0.0.1:54322/postgres",
    "column": "create table users (password_hash text not null, api_key text)",
    "column of a uuid": "insert into t values ('key', '6f1c8f0e-3a54-4d3c-9a53-2d3f4a1b7c11')",
    "message": "raise exception 'password: must have twelve characters'",
    "function": "select set_config('app.secret_key', current_setting('x'), true)",
    "checksum": "-- sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "anon": "select 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJhbm9uIn0.c2lnbmF0dXJlc2lnbmF0dXJl'",
    "capitals": "update s set secret_token = 'TOKEN_TO_BE_REPLACED_LATER'",
}


@pytest.mark.parametrize("text", REAL.values(), ids=REAL)
def test_a_credential_is_found_once_and_not_shown(text: str) -> None:
    found = list(secrets(text))
    assert len(found) == 1
    secret = text[found[0].offset :].removeprefix("-----BEGIN RSA PRIVATE KEY-----\n")
    assert secret[8:12] not in found[0].shown


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_credential_is_not_found(text: str) -> None:
    assert list(secrets(text)) == []
