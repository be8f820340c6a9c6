"""Texts that a regular expression matches, for checks such as `code ~ '^[A-Z]{3}-[0-9]+$'`.

Not for every expression: what it makes is tried on the server, which has the last word.
https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-POSIX-REGEXP
"""

import re

_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_POSIX = {"alpha": "a", "digit": "0", "alnum": "a", "upper": "A", "lower": "a", "space": " ",
          "punct": "-", "xdigit": "0", "word": "a"}  # fmt: skip
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")


def matching(pattern: str, times: int = 1, which: int = 0) -> str:
    """Return a text that the pattern should match; a repetition without end is done `times`.

    Of alternatives it is the one that `which` counts to.
    """
    return _Reader(pattern, times, which).alternatives()


def varied(text: str, number: int) -> str:
    """Return a text with the number in its digits and letters, where they are placeholders."""

    def digits(found: re.Match[str]) -> str:
        return f"{number:0{len(found[0])}}"[-len(found[0]) :]

    def letters(found: re.Match[str]) -> str:
        first, rest, made = ord(found[0][0]), number, ""
        for _ in found[0]:
            rest, one = divmod(rest, 26)
            made = chr(first + one) + made
        return made

    return re.sub(r"A+|a+", letters, re.sub(r"0+", digits, text))


def like(pattern: str, filler: str = "") -> str:
    """Return a text that a pattern of LIKE matches, with the filler for each `%`."""
    return re.sub(r"\\(.)|%|_", lambda m: m[1] or (filler if m[0] == "%" else "a"), pattern)


class _Reader:
    def __init__(self, pattern: str, times: int, which: int) -> None:
        self.text = pattern
        self.times = times
        self.which = which
        self.at = 0

    def alternatives(self) -> str:
        """Return one of the alternatives; the others are read and left."""
        found = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            found.append(self.sequence())
        return found[self.which % len(found)]

    def sequence(self) -> str:
        made = ""
        while self.at < len(self.text) and self.peek() not in "|)":
            one = self.atom()
            made += one * self.repeats()
        return made

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def atom(self) -> str:
        char = self.peek()
        self.at += 1
        if char in "^$":
            return ""
        if char == ".":
            return "a"
        if char == "[":
            return self.members()
        if char == "(":
            return self.group()
        if char == "\\":
            escaped = self.peek()
            self.at += 1
            # Escapes of PostgreSQL for where a word or the text begins or ends: they match no
            # character.
            return "" if escaped in "mMyYAZ" else _CLASSES.get(escaped, escaped)
        return char

    def group(self) -> str:
        ahead = self.text[self.at : self.at + 2]
        if ahead in ("?:", "?=", "?!"):
            self.at += 2
        made = self.alternatives()
        self.at += 1  # the bracket
        return made if ahead not in ("?=", "?!") else ""

    def members(self) -> str:
        """Return a character of a bracket expression."""
        # A closing bracket in the first place is a member of the class, not its end.
        end = self.text.find("]", self.at + (2 if self.peek() == "^" else 1))
        if named := re.match(r"\[:(\w+):\]", self.text[self.at :]):
            end = self.text.find("]", self.at + named.end())
            self.at = end + 1
            return _POSIX.get(named[1], "a")
        inside, self.at = self.text[self.at : end], end + 1
        if inside.startswith("^"):
            return next((c for c in "aA0-_ " if c not in inside), "~")
        if inside.startswith("\\"):
            return _CLASSES.get(inside[1:2], inside[1:2])
        return inside[:1]

    def repeats(self) -> int:
        char = self.peek()
        count = 1
        if char == "?":
            self.at, count = self.at + 1, 1
        elif char in ("*", "+"):
            self.at, count = self.at + 1, self.times
        elif found := _REPEAT.match(self.text, self.at):
            self.at = found.end()
            most = int(found[2]) if found[2] else None
            least = int(found[1])
            count = max(least, min(self.times, most if most is not None else self.times))
        else:
            return 1
        # `*?` matches as little as it can, and each text that `*` matches.
        if self.peek() == "?":
            self.at += 1
        return count
