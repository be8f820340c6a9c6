"""The stand-ins for extensions, as the version of a server takes them."""

import re
from collections.abc import Iterable
from pathlib import Path

BOUND_BODIES = 14
"""The first major version whose functions can have a body that is bound to what it names."""

# These read our own scripts in `databases/stand_ins`, and not SQL in general: one statement begins
# a line, and a body that is not in quotes ends with `end;` or with the end of its line.
_BODY = re.compile(r"\bbegin atomic\b(?P<block>.*?)\bend;|\breturn (?P<value>.*?);\n", re.DOTALL)
_OWN = re.compile(r"^create (?:function|type|domain) (\w+)\b(?!\.)", re.MULTILINE)


def files(folder: Path, major: int, present: Iterable[str]) -> dict[str, bytes]:
    """Return the files, by name, of the stand-ins for extensions that a server lacks.

    `present` are the names of those that it has.
    """
    lacking = {path.stem for path in folder.glob("*.control")}.difference(present)
    found = {}
    for name in sorted(lacking):
        control = (folder / f"{name}.control").read_text(encoding="utf-8")
        for path in folder.glob(f"{name}--*.sql"):
            script = path.read_text(encoding="utf-8")
            if major < BOUND_BODIES:
                script = _unbound(script)
            # PostgreSQL replaces @extschema@ only for an extension that is not relocatable:
            # https://www.postgresql.org/docs/current/extend-extensions.html
            if "@extschema@" in script:
                control = control.replace("relocatable = true", "relocatable = false")
            found[path.name] = script.encode()
        found[f"{name}.control"] = control.encode()
    return found


def _unbound(script: str) -> str:
    """Return a script whose bodies are strings, with schemas in front of the extension's own names.

    A bound body remembers which objects it names. A string is read anew with the search_path of the
    session that calls the function, which need not have the extension's schema.
    """
    own = "|".join(_OWN.findall(script)) or "(?!)"  # which matches nothing
    mention = re.compile(rf"(?<![\w.'])(?:{own})(?=\()|(?<=::)(?:{own})\b")

    def quoted(found: re.Match[str]) -> str:
        value = found["value"]
        body = found["block"] if value is None else f" select {value} "
        body = mention.sub(lambda name: f"@extschema@.{name[0]}", body)
        return f"as $sql${body}$sql$;\n"

    parts = script.split("$$")  # every second one is a body in quotes already
    parts[::2] = [_BODY.sub(quoted, part) for part in parts[::2]]
    return "$$".join(parts)
