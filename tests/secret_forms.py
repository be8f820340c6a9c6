"""How secrets are written, each with one of its own by which an output that shows it is known."""

from pathlib import Path
from string import ascii_uppercase

import yaml

_DATA = yaml.safe_load(Path(__file__).with_name("data").joinpath("secrets.yaml").read_text())
HARMLESS: list[str] = _DATA["harmless"]
"""What only looks like a secret."""

SECRET_VARIABLES: list[str] = _DATA["secret_variables"].split()
OPEN_VARIABLES: list[str] = _DATA["open_variables"].split()


def written() -> dict[str, tuple[str, str]]:
    """Return by name a statement or a comment with a secret, and the secret."""
    found = {}
    for number, (name, statement) in enumerate(_DATA["written"].items()):
        # It has no form of its own, so it can be known by what is around it only.
        secret = f"Zq9x{ascii_uppercase[number // 26]}{ascii_uppercase[number % 26]}w77"
        found[name] = (statement.replace("{}", secret), secret)
    for name, parts in _DATA["forms"].items():
        secret = "".join(parts)
        begin = "-----BEGIN RSA PRIVATE KEY-----\n" if name == "private key" else ""
        found[f"form of {name}"] = (f"insert into t values ('{begin}{secret}');", secret)
    return found
