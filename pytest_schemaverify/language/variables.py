"""`${name}`, `${env:NAME}` and `${env:NAME:-default}` in the texts of a file."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.sql.secrets import found as secrets_in
from pytest_schemaverify.sql.secrets import secret_variable

from .other_words import did_you_mean
from .places import Path, Position, Problem
from .scalars import scalar

_PLACE = re.compile(r"(?P<escaped>\$)?\$\{(?P<name>[^{}]*)\}")
_NAME = re.compile(r"(?P<env>env:)?(?P<name>\w+)(?::-(?P<default>.*))?", re.DOTALL)


class _Unfilled(Exception):
    """Why there is nothing to fill in."""


@dataclass(slots=True)
class Variables:
    """What `${…}` stands for, and what was asked for."""

    given: Mapping[str, str]
    """Values of `--schema-var`; they go before those of the file."""
    declared: dict[str, Any] = field(default_factory=dict)
    """Values under `vars`, as written."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    asked: dict[str, str | None] = field(default_factory=dict)
    """Variables of the environment that were looked at, with their values."""
    used: set[str] = field(default_factory=set)
    """Names that stand in `${…}`."""
    whole: dict[Path, str] = field(default_factory=dict)
    """Values that are nothing but `${…}`, as text: for keys that take no number."""
    _open: list[str] = field(default_factory=list)

    def expanded(self, text: str, place: Position, path: Path, problems: list[Problem]) -> Any:
        """Return a text with its variables filled in; where it is just one, the value itself."""
        match = _PLACE.fullmatch(text)
        try:
            if match is None or match["escaped"]:
                return _PLACE.sub(lambda found: self._value_as_text(found), text)
            value = self._value(match["name"])
        except _Unfilled as error:
            problems.append((place, path, str(error)))
            return text
        if not isinstance(value, str):
            # Kept as text, too, because strict models take no number where they want a text.
            self.whole[path] = self._value_as_text(match)
        return value

    def _value_as_text(self, match: re.Match[str]) -> str:
        if match["escaped"]:
            return match.group()[1:]
        value = self._value(match["name"])
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _value(self, written: str) -> Any:
        match = _NAME.fullmatch(written)
        if match is None or (match["default"] is not None and not match["env"]):
            raise _Unfilled(
                f"`${{{written}}}` is not `${{name}}`, `${{env:NAME}}` or "
                "`${env:NAME:-default}`; for the text itself write `$${`"
            )
        if match["env"]:
            return self._of_environment(match["name"], match["default"])
        name = match["name"]
        self.used.add(name)
        if name in self.given:
            return scalar(self.given[name])
        if name not in self.declared:
            known = [*self.declared, *self.given]
            listed = f"; there are {', '.join(known)}" if known else "; there is no `vars`"
            if name in self.environ:
                listed += f"; the environment's is written `${{env:{name}}}`"
            raise _Unfilled(f"there is no variable `{name}`{did_you_mean(name, known) or listed}")
        if name in self._open:
            raise _Unfilled(f"`{' → '.join([*self._open, name])}`: a variable needs itself")
        value = self.declared[name]
        if not isinstance(value, str) or "${" not in value:
            return value
        self._open.append(name)
        try:
            whole = _PLACE.fullmatch(value)
            if whole is not None and not whole["escaped"]:
                return self._value(whole["name"])
            return _PLACE.sub(lambda found: self._value_as_text(found), value)
        finally:
            self._open.pop()

    def _of_environment(self, name: str, default: str | None) -> Any:
        found = self.asked[name] = self.environ.get(name)
        if not (found and found.strip()):  # as `:-` reads it in a shell
            if default is None:
                lacks = "has no variable" if found is None else "has nothing in the variable"
                raise _Unfilled(
                    f"the environment {lacks} {name}; set it, or write `${{env:{name}:-default}}`"
                )
            return scalar(default)
        if secret_variable(name) or secrets_in(found):
            raise _Unfilled(
                f"{name} looks like a secret (its value is not shown): what is expected stands in "
                "messages and reports, so no secret may be part of it"
            )
        return scalar(found)
