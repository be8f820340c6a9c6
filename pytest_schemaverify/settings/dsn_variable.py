"""The DSN that a variable has: of the environment, or of a `.env` file beside the project."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.errors import ConfigError

from . import paths
from .values import SCHEMES, blank

FILE = ".env"


class Found(NamedTuple):
    """The DSN, the name of its variable, and its place in a file, "" for the environment."""

    dsn: str
    name: str
    place: str


class _Line(NamedTuple):
    value: str | None
    number: int
    unset: tuple[str, ...]
    """Variables in the value that are set nowhere: `${PASSWORD}`."""


def found(name: str, reading: str, folders: Iterable[Path], environ: Mapping[str, str]) -> Found:
    """Return the DSN of the variable `name`.

    `reading` begins the messages: "reading --schema-dsn-env". Raises ConfigError where no DSN is to
    be had. No message shows a value.
    """
    _require_name(name, reading, environ)
    if name in environ:
        if blank(environ[name]):
            raise _error(
                f"{reading}={name}",
                f"{name} is set, and it is empty",
                f"export {name}=postgresql://…",
            )
        return Found(environ[name], name, "")
    files = [folder / FILE for folder in dict.fromkeys(folders)]
    there = {file: _lines(file, environ) for file in files if paths.exists(file)}
    for file, lines in there.items():
        if name in lines:
            return _of_file(name, reading, file, lines[name])
    remedy = _similar(name, there, environ)
    if not remedy:
        remedy = f"export {name}=postgresql://…, or write it into {paths.shown(files[0])}"
    raise _error(f"{reading}={name}", _missing(name, files, there), remedy)


def _require_name(name: str, reading: str, environ: Mapping[str, str]) -> None:
    plain = re.fullmatch(r"\$?\{?(\w+)\}?", name)
    if plain is None:
        raise _error(
            f"{reading} (not shown, it may hold a password)",
            "it takes the name of a variable, and this is no name",
            "write --schema-dsn-env=DATABASE_URL, without a $; a DSN itself is for --schema-dsn",
        )
    if plain[1] != name:
        raise _error(
            f"{reading}={name}",
            "it takes the name of a variable, without $ and braces",
            f"write --schema-dsn-env={plain[1]}",
        )


def _of_file(name: str, reading: str, file: Path, line: _Line) -> Found:
    place = f"{paths.shown(file)}:{line.number}:1"
    if line.unset:
        raise _error(
            f"{place}: {reading}={name}",
            f"its value has ${{{line.unset[0]}}}, and {line.unset[0]} is not set",
            f"set {line.unset[0]} in the environment or in {paths.shown(file)}",
        )
    if line.value is None or blank(line.value):
        raise _error(
            f"{place}: {reading}={name}", f"{name} is empty there", f"write {name}=postgresql://…"
        )
    return Found(line.value, name, place)


def _lines(file: Path, environ: Mapping[str, str]) -> dict[str, _Line]:
    """Return the variables of a file by name; under "" is the first line that cannot be read."""
    # No other run waits for this import.
    from dotenv.parser import parse_stream
    from dotenv.variables import Variable, parse_variables

    try:
        text = paths.content(file).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise _error(
            f"reading {paths.shown(file)}", why or str(error), "make it a file that can be read"
        ) from None
    known: dict[str, str | None] = {**environ}
    lines: dict[str, _Line] = {}
    for one in parse_stream(StringIO(text)):
        written = one.original.string
        number = one.original.line + written[: len(written) - len(written.lstrip())].count("\n")
        if one.error:
            lines.setdefault("", _Line(None, number, ()))
        if one.key is None:
            continue
        parts = [*parse_variables(one.value or "")]
        unset = [
            part.name for part in parts
            if isinstance(part, Variable) and part.name not in known and part.default is None
        ]  # fmt: skip
        value = None if one.value is None else "".join(part.resolve(known) for part in parts)
        known[one.key] = value
        lines[one.key] = _Line(value, number, tuple(unset))
    return lines


def _missing(name: str, files: list[Path], there: Mapping[Path, Mapping[str, _Line]]) -> str:
    """Return where a variable was looked for."""
    looked = [f"{name} is not set in the environment"]
    for file in files:
        if file not in there:
            looked.append(f"there is no {paths.shown(file)}")
            continue
        looked.append(f"{paths.shown(file)} does not have it")
        if bad := there[file].get(""):
            looked.append(f"line {bad.number} of it cannot be read: is a quote left open?")
    return "; ".join(looked)


def _similar(
    name: str, there: Mapping[Path, Mapping[str, _Line]], environ: Mapping[str, str]
) -> str:
    """Return names that are set, and no values, as the remedy for one that is not; "" for none."""
    values: dict[str, str] = {**environ}
    for lines in there.values():
        values |= {key: line.value or "" for key, line in lines.items() if key}
    near = get_close_matches(name.upper(), {key.upper() for key in values}, n=3)
    near = [key for key in values if key.upper() in near]
    dsns = sorted(key for key, value in values.items() if SCHEMES.match(value.strip(" \"'")))
    listed = list(dict.fromkeys([*near, *dsns]))[:5]
    if not listed:
        return ""
    return (
        f"write --schema-dsn-env={listed[0]}; of similar names these are set: {', '.join(listed)}"
    )


def _error(tried: str, because: str, remedy: str) -> ConfigError:
    return ConfigError(tried, because=because, remedy=remedy)
