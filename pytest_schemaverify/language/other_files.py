"""YAML of other tools: read with the place of each key, and written so that any reader takes it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pytest_schemaverify.errors import SpecError

from .load import position, rendered
from .messages import problems as told
from .places import Path, Positions
from .scalars import SCALARS
from .yaml import Document

File = TypeVar("File", bound=BaseModel)


def read_other(
    model: type[File], text: str, name: str, refused: Callable[[Any], tuple[Path, str] | None]
) -> tuple[File, Positions]:
    """Return what a file without variables and includes says, and where each of its keys is.

    `refused` returns the path and the message where the file is none of its kind at all. Raises
    SpecError with every problem as `name:line:column: path: message`.
    """
    document = Document(text)
    problems = list(document.problems)
    if not problems and (wrong := refused(document.data)):
        problems = [(position(wrong[0], document.positions), *wrong)]
    if not problems:
        try:
            return model.model_validate(document.data), document.positions
        except ValidationError as error:
            for path, message in told(model, document.data, error.errors(), document.positions):
                problems.append((position(path, document.positions), path, message))
    raise SpecError([rendered(name, *one) for one in sorted({*problems}, key=lambda one: one[0])])


def dumped(data: Mapping[str, Any]) -> str:
    """Return YAML that means the same to readers of YAML 1.1 and of 1.2."""
    text = yaml.dump(data, None, _Dumper, sort_keys=False, allow_unicode=True, width=110)
    return str(text)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """Write what is there twice twice: few readers of such files expect an alias."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the items of a list below its key."""
        super().increase_indent(flow, False)


# PyYAML quotes what YAML 1.1 takes for another value, and 1.2 has numbers that 1.1 has not: 0o7.
for _tag, (_pattern, _first) in SCALARS.items():
    _Dumper.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), _first
    )
# Not as it was written: `1e3` is a text to YAML 1.1.
_Dumper.add_multi_representer(float, lambda dumper, value: dumper.represent_float(float(value)))


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
