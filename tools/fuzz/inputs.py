"""What is tried: files of expectations, folders of migrations, and DSNs.

An input depends only on a seed and its number, so these two make it again.
"""

import random
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

import yaml

from tests.pages import BLOCK, cases

from .schema import ROOT, branches, document, named_entries, types
from .words import NAMES, NESTED, ODD, PSQL, TOKENS, WORDS

FOUND = ROOT / "tests/data/fuzz.yaml"
"""The shortest texts that once showed a problem."""

SECRET = "Zw0lf-Boxkaempfer"
"""The password of every DSN, which no message may show."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to be tried."""

    kind: str
    """spec, migrations or dsn."""
    files: dict[str, bytes] = field(default_factory=dict)
    """By name, in a folder of their own."""
    dsn: str = ""

    def __str__(self) -> str:
        texts = [f"--- {name!r}\n{text!r}" for name, text in self.files.items()]
        return "\n".join([self.kind, *texts, *([repr(self.dsn)] if self.dsn else ())])


def made(seed: str, number: int) -> Input:
    """Return the input of that number; the first are those of `known`."""
    if number < len(known()):
        return known()[number]
    chance = random.Random(f"{seed}:{number}")
    maker: Callable[[random.Random], Input] = chance.choices(
        (_spec, _migrations, _dsn), weights=(5, 4, 1)
    )[0]
    return maker(chance)


@cache
def known() -> tuple[Input, ...]:
    """Return the inputs that once showed a problem."""
    rows = yaml.safe_load(FOUND.read_text(encoding="utf-8"))
    return tuple(_known(kind, _repeated(text)) for row in rows for kind, text in row.items())


def _known(kind: str, text: str) -> Input:
    if kind == "dsn":
        return Input(kind, dsn=text)
    if kind == "migrations":
        return Input(kind, {"001_found.sql": text.encode()})
    return Input(kind, {"expectations.yaml": text.encode(), "migrations/001_one.sql": b"select 1;"})


def _repeated(text: str) -> str:
    return re.sub("«(.+?)\\*(\\d+)»", lambda found: found[1] * int(found[2]), text)


# Files of expectations


def _spec(chance: random.Random) -> Input:
    if chance.random() < 0.35:
        value = _anything(document(), chance, 6)
        text = _dumped(value)
    else:
        text = chance.choice(corpus()["yaml"])
        if chance.random() < 0.7:
            text = _replaced(text, chance)
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        data = _damaged(data, corpus()["yaml"], chance)
    files = {"expectations.yaml": data}
    if b"include" in data:
        files["more.yaml"] = chance.choice(corpus()["yaml"]).encode()
    if b"migrations" in data:
        files["migrations/001_one.sql"] = chance.choice(corpus()["sql"]).encode()
    return Input("spec", files)


def _replaced(text: str, chance: random.Random) -> str:
    """Return a text of YAML in which some values are others, or under another key."""
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    for _ in range(chance.choice((1, 1, 2, 4))):
        places = list(_places(value))
        if not places:
            return text
        parent, key = chance.choice(places)
        match chance.randrange(6):
            case 0:
                del parent[key]
            case 1 if isinstance(parent, dict):
                parent[chance.choice((*WORDS, str(chance.choice(ODD))))] = parent.pop(key)
            case 2:
                parent[key] = [parent[key]]
            case 3:
                other, there = chance.choice(places)
                parent[key] = other.get(there) if isinstance(other, dict) else "moved"
            case _:
                parent[key] = deepcopy(chance.choice(ODD))  # what stands in it may be replaced
    return _dumped(value)


def _places(value: Any, depth: int = 0) -> Any:
    """Yield every place in a value as its container and key."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(inner):
        yield value, key
        if isinstance(child, (dict, list)) and depth < 12:
            yield from _places(child, depth + 1)


def _anything(node: Any, chance: random.Random, depth: int) -> Any:
    """Return a value that mostly fits a node of the schema."""
    if chance.random() < 0.03:
        return chance.choice(ODD)
    one = chance.choice(branches(node))
    if "const" in one:
        return one["const"]
    if "enum" in one:
        return chance.choice(one["enum"])
    kind = chance.choice(types(one) or ["string"])
    if kind == "object":
        return _mapping(one, chance, depth)
    if kind == "array":
        most = chance.choice((0, 1, 1, 2, 3)) if depth > 0 else 0
        return [_anything(one.get("items"), chance, depth - 1) for _ in range(most)]
    plain: dict[str, tuple[Any, ...]] = {
        "string": (*WORDS, *(text for text in ODD if isinstance(text, str))),
        "integer": (0, 1, 7, -1, 2**63), "number": (0, 0.5, 1e308, -0.0), "boolean": (True, False),
    }  # fmt: skip
    return chance.choice(plain.get(kind, (None,)))


def _mapping(node: dict[str, Any], chance: random.Random, depth: int) -> dict[str, Any]:
    known = node.get("properties", {})
    wanted = list(node.get("required", ()))
    if depth > 0:
        wanted += chance.sample(sorted(known), min(len(known), chance.choice((0, 1, 2, 4))))
    value = {key: _anything(known.get(key), chance, depth - 1) for key in wanted}
    more = named_entries(node)
    if more is not None and depth > 0:
        for _ in range(chance.choice((0, 1, 1, 2))):
            value[chance.choice(WORDS)] = _anything(more, chance, depth - 1)
    return value


def _dumped(value: Any) -> str:
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=200)
    return text


# Migrations


def _migrations(chance: random.Random) -> Input:
    names = chance.sample(NAMES, chance.choice((1, 1, 2, 3)))
    return Input("migrations", {name: _script(chance) for name in names})


def _script(chance: random.Random) -> bytes:
    text = chance.choice(corpus()["sql"])
    if chance.random() < 0.15:
        opening, closing = chance.choice(NESTED)
        depth = chance.choice((3, 50, 400, 3000, 30000))
        text += f";\nselect {opening * depth}1{closing * depth};\n"
    if chance.random() < 0.15:
        text = f"{chance.choice(PSQL)}\n{text}"
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        data = _damaged(data, corpus()["sql"], chance)
    return data


def _damaged(data: bytes, others: tuple[str, ...], chance: random.Random) -> bytes:
    """Return the data with a part of it removed, repeated or replaced, or with something added."""
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((0, 1, 3, 10, 40, 200)))
    match chance.randrange(8):
        case 0:
            return data[:start] + data[end:]
        case 1:
            return data[:start] + data[start:end] * chance.choice((2, 3, 500)) + data[end:]
        case 2:
            return data[:start]
        case 3:
            other = chance.choice(others).encode("utf-8", "surrogatepass")
            at = chance.randrange(len(other) + 1)
            return data[:start] + other[at : at + chance.choice((5, 30, 300))] + data[end:]
        case 4:
            return data[:start] + bytes([chance.randrange(256)]) + data[end:]
        case 5:
            most = chance.choice((2, 50, 1000, 10000))
            return data[:start] + chance.choice(TOKENS) * most + data[end:]
        case _:
            return data[:start] + chance.choice(TOKENS) + data[end:]


# DSNs


def _dsn(chance: random.Random) -> Input:
    """Return a DSN whose password is whole, and where everything else may be odd."""
    odd = "".join(chance.choices("@:/?#[]%&= ';\"\\{}$é\n\t", k=chance.choice((0, 0, 1, 3))))
    secret = f"{odd}{SECRET}" if chance.random() < 0.5 else f"{SECRET}{odd}"
    if chance.random() < 0.5:
        secret = quote(secret, safe="")
    host = chance.choice(("127.0.0.1", "/nowhere", "[::1]", "", "127.0.0.1,/nowhere", "%2Fnowhere"))
    port = chance.choice(("1", "", "abc", "1,2", "99999", "-1", " 1"))
    more = chance.choice(
        ("", "sslmode=odd", "connect_timeout=abc", "connect_timeout=1", "x=y", "%")
    )
    if chance.random() < 0.5:
        scheme = chance.choice(("postgresql", "postgres", "PostgreSQL", "postgresql+asyncpg", "pg"))
        text = f"{scheme}://me:{secret}@{host}:{port}/app?{more}"
    else:
        key = chance.choice(("password", "password ", "PASSWORD", "sslpassword"))
        quoted = chance.choice(("{}", "'{}'", "'{}", '"{}"')).format(secret)
        gap = chance.choice((" ", ";", "&", "\n", ", "))
        parts = [f"host={host}", f"port={port}", f"{key}={quoted}", more]
        chance.shuffle(parts)
        text = gap.join(parts)
    return Input("dsn", dsn=text)


# What there is to begin with


@cache
def corpus() -> dict[str, tuple[str, ...]]:
    """Return the YAML and the SQL of the pages, the documentation, the tests and the example."""
    pages = sorted(ROOT.glob("pytest_schemaverify/**/*.md"))
    found: dict[str, list[str]] = {"yaml": [], "sql": []}
    for case in (case for page in pages for case in cases(page)):
        found["yaml"].append(case.yaml)
        found["sql"] += [text for text in (case.sql, *case.files.values()) if text]
    for page in (ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))):
        for kind, _, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            found.get(kind, []).append(text)
    for path in (*sorted(ROOT.glob("*.yaml")), *sorted(ROOT.glob("migrations/**/*.sql"))):
        found[path.suffix[1:]].append(path.read_text(encoding="utf-8"))
    return {kind: tuple(texts) for kind, texts in found.items()}
