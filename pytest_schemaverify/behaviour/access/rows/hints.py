"""Values that the expressions of checks suggest: what they compare with, and what is near it."""

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice, product
from typing import Any, NamedTuple

from pytest_schemaverify.behaviour.access.rows import values
from pytest_schemaverify.behaviour.access.rows.kinds import Kind
from pytest_schemaverify.behaviour.access.rows.texts import LONGEST, suggested
from pytest_schemaverify.sql.lexical import IN_STRING

# As the server writes expressions of checks: quotes doubled, the cast behind the literal.
_LITERAL = re.compile(rf"'({IN_STRING})'(?:::([\w ]+(?:\[\])?))?")
# Not the digits in a name such as address2, nor those behind a dot or in quotes.
_NUMBER = re.compile(r"(?<![\w.'\"])-?\d+(?:\.\d+)?")
_LENGTH = re.compile(r"\((\d+)\)$")
_PATH_KEY = re.compile(r'\.\s*"?(\w+)')
MOST = 400
"""Values of one expression that are made of others: documents, composite ones."""
EACH = 6
"""Values of a field that are combined with those of others."""


class Said(NamedTuple):
    """What an expression says."""

    text: str
    literals: list[str]
    numbers: list[float]
    number: int
    """That of the value that is wanted, so that it differs from others."""


def hints(expressions: Iterable[str], kind: Kind, number: int) -> Iterator[str]:
    """Yield values of a type that the expressions of checks suggest."""
    listed = list(expressions)
    # A key may stand in one expression, and what it may have in another.
    joined = [" ".join(listed)] if kind.name in ("json", "jsonb") and len(listed) > 1 else []
    for expression in [*listed, *joined]:
        literals = [text.replace("''", "'") for text, _ in _LITERAL.findall(expression)]
        # A text has the length that its type says as well, if nothing else is said.
        size = [float(n) for n in _LENGTH.findall(kind.written)] if kind.category == "S" else []
        said = Said(expression, literals, [*_numbers(expression), *size], number)
        if kind.name in _BY_NAME:
            yield from _BY_NAME[kind.name](said)
        elif kind.range:
            yield from _ranges(said, kind)
        elif kind.category in _BY_CATEGORY:
            yield from _BY_CATEGORY[kind.category](said)
    if listed and kind.category == "A":
        yield from _arrays(listed, kind, number)
    elif listed and kind.category == "C":
        each = (islice(_options(listed, one, number), EACH) for one in kind.inner)
        yield from (values.composite([*one]) for one in islice(product(*each), MOST))


def _numbers(expression: str) -> list[float]:
    found = [float(text) for text in _NUMBER.findall(_LITERAL.sub(" ", expression))]
    for text, type_ in _LITERAL.findall(expression):
        if type_ and _NUMBER.fullmatch(text):
            found.append(float(text))
    return found


def _options(expressions: Sequence[str], kind: Kind, number: int) -> Iterator[str]:
    """Yield values of a part: what its own checks want, an ordinary one, what is suggested."""
    yield from islice(hints(kind.checks, kind, number), EACH)
    yield from islice(values.candidates(kind, number, f"a{number}"), EACH // 2)
    yield from hints(expressions, kind, number)


def _arrays(expressions: Sequence[str], kind: Kind, number: int) -> Iterator[str]:
    element = kind.inner[0]
    said = [text for one in expressions for text, _ in _LITERAL.findall(one)]
    sizes = [int(one + 1) for text in expressions for one in _numbers(text) if 0 <= one < 100]
    parts = [*dict.fromkeys([*said, *islice(_options(expressions, element, number), 2 * EACH)])]
    yield from (values.array([text]) for text in parts)
    for size in dict.fromkeys([size for n in sizes for size in (n - 1, n) if size > 0] or [2]):
        # Elements that differ first: some checks want that, and none wants them to be alike.
        yield values.array([f"a{at}" for at in range(size)])
        yield values.array([str(1 + at) for at in range(size)])
        yield from (values.array((parts[at:] + parts[:at])[:size]) for at in range(len(parts)))
        yield from (values.array([text] * size) for text in parts)


def _plain_numbers(said: Said) -> Iterator[str]:
    for one in said.numbers:
        whole = int(one) if one == int(one) else one
        yield from (str(whole), str(whole + 1), str(whole - 1))
    if len(said.numbers) > 1:
        low, high = min(said.numbers), max(said.numbers)
        yield str(round((low + high) / 2, 3))
        if high - low >= 1:
            yield str(int(low + said.number % (high - low)))
        yield str(round(low + (high - low) * (said.number % 97 + 1) / 99, 2))
    for one in said.numbers:
        if one == int(one) and one:
            yield str(int(one) * said.number)
        yield str(int(one) + said.number)
        yield from (str(int(one) + more) for more in (said.number % 90, *range(2, 12), -2, -3, -4))


def _moments(said: Said) -> Iterator[str]:
    yield from said.literals
    for text in said.literals:
        try:
            moment = datetime.fromisoformat(text[:19])
        except ValueError:
            yield from _times(text, said)
            continue
        for days in (1, -1, said.number % 28, said.number % 300, *range(2, 8)):
            yield str(moment + timedelta(days=days))


def _times(text: str, said: Said) -> Iterator[str]:
    """Yield times of a day around one."""
    try:
        moment = datetime.fromisoformat(f"2024-06-15 {text[:8]}")
    except ValueError:
        yield f"{text} {said.number % 3000} seconds"  # an interval
        return
    for minutes in (30, -30, 1, -1):
        yield str(moment + timedelta(minutes=minutes))[11:]


def _ranges(said: Said, kind: Kind) -> Iterator[str]:
    subtype = kind.inner[0]
    starts = [*_options([said.text], subtype, said.number)][: 2 * EACH]
    for size in said.numbers:
        starts += [f"{start},{int(start) + int(size)}" for start in starts if start.isdigit()]
    pairs = [f"{a},{b}" for a in starts for b in starts if a != b and "," not in a + b]
    texts = [f"[{one})" for one in [*(s for s in starts if "," in s), *pairs][:MOST]]
    multiple = kind.name.endswith("multirange")
    yield from (f"{{{text}}}" if multiple else text for text in texts)


def _addresses(said: Said) -> Iterator[str]:
    for text in said.literals:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue
        yield str(network[said.number % network.num_addresses])
        yield str(network)
    for size in said.numbers:
        for base, most in (
            (f"10.{said.number % 250}.{said.number // 250 % 250}.7", 32),
            ("2001:db8::", 128),
        ):
            if 0 <= size <= most:
                yield str(ipaddress.ip_network(f"{base}/{int(size)}", strict=False))
                yield f"{base}/{int(size)}"


def _bits(said: Said) -> Iterator[str]:
    for text in said.literals:
        yield from (text, f"{said.number:0{len(text)}b}"[-len(text) :])
    for size in said.numbers:
        if 0 < size <= LONGEST:
            yield from values.bits(int(size), said.number)


def _bytes(said: Said) -> Iterator[str]:
    sizes = [int(n) for n in said.numbers if 0 <= n <= LONGEST]
    yield from (values.blob(size + more, said.number) for size in sizes for more in (0, 1))
    yield from (f"{text}{said.number:08x}" for text in said.literals if text.startswith("\\x"))


def _uuids(said: Said) -> Iterator[str]:
    """Yield uuids after those that are named."""
    yield from (f"{text[:24]}{said.number:012x}" for text in said.literals if len(text) == 36)


def _vectors(said: Said) -> Iterator[str]:
    for size in said.numbers:
        if 0 < size <= LONGEST:
            yield from values.vector(int(size), said.number)


def _sparse(said: Said) -> Iterator[str]:
    for size in said.numbers:
        if 0 < size <= LONGEST:
            yield from values.sparse(int(size), said.number)


def _pairs(said: Said) -> Iterator[str]:
    """Yield values of hstore with the keys that are named."""
    yield ",".join(f"{values.in_double_quotes(key)}=>1" for key in said.literals)
    yield from (f"{values.in_double_quotes(key)}=>1" for key in said.literals)


def _documents(said: Said) -> Iterator[str]:
    keys = [text for text in said.literals if re.fullmatch(r"\w+", text)]
    numbers = [*said.numbers]
    for text in said.literals:
        if "$" in text or text.startswith("{"):  # a path of SQL/JSON, or of `#>`
            keys += _PATH_KEY.findall(text) or re.findall(r"[A-Za-z_]\w*", text)
            numbers += map(float, _NUMBER.findall(text))
    keys = [*dict.fromkeys(keys)]
    parts: list[Any] = [1, "text", {}, [], True, *said.literals]
    for text in said.literals:
        if text[:1] in ("{", "["):
            yield text
            yield from _elements(text)
    parts += [int(n) + more for n in numbers for more in (1, 0, -1)]
    for part in parts:
        if keys:
            yield json.dumps(dict.fromkeys(keys, part))
            yield json.dumps({keys[0]: part})
        yield json.dumps([part])
    parts += [[1], ["text"], False]
    for chosen in islice(product(parts, repeat=min(3, len(keys))), MOST):
        yield json.dumps(dict(zip(keys, chosen, strict=False)))
    for outer, inner in product(keys[:3], keys[:4]):
        yield from (json.dumps({outer: {inner: part}}) for part in parts if inner != outer)
    yield from (json.dumps([dict.fromkeys(keys, part)]) for part in parts if keys)
    yield from (json.dumps([1] * int(n)) for n in numbers if 0 < n < 100)


def _elements(text: str) -> Iterator[str]:
    """Yield arrays of one element of an array, and of all but one."""
    try:
        whole = json.loads(text)
    except ValueError:
        return  # a path of `#>` looks like this
    if isinstance(whole, list):
        yield from (json.dumps([one]) for one in whole)


def _texts(said: Said) -> Iterator[str]:
    return suggested(said.text, said.literals, said.numbers, said.number)


_Maker = Callable[[Said], Iterator[str]]
_BY_NAME: Mapping[str, _Maker] = {
    "uuid": _uuids, "json": _documents, "jsonb": _documents, "bytea": _bytes, "hstore": _pairs,
    "vector": _vectors, "halfvec": _vectors, "sparsevec": _sparse,
}  # fmt: skip
_BY_CATEGORY: Mapping[str, _Maker] = {
    "S": _texts, "U": _texts, "N": _plain_numbers, "D": _moments, "T": _moments,
    "I": _addresses, "V": _bits,
}  # fmt: skip
