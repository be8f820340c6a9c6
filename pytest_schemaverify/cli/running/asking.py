"""Asks a person at the terminal about one change after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from pytest_schemaverify.authoring.updating.reviewing import Change
from pytest_schemaverify.cli.running import keyboard

_HELP = """\
  a  accept: the file says what the database has
  r  reject: the file stays, and the database is wrong
  b  into the known findings, with a reason
  s  skip: decide later
  A, R, S  the same for all of this kind that are left; A leaves out what allows more
  u  undo: back to the change before
  q  quit: what was accepted is written, the rest is left for later
  ?  this help
"""
_ASKED = "accept, reject, baseline, skip, undo, quit, help? [a r b s A R S u q ?] "
_PLAIN = {"a": "accept", "r": "reject", "s": "pending"}


@dataclass(slots=True)
class Asking:
    """The questions of a review."""

    changes: list[Change]
    save: Callable[[], None]
    """Keeps what is decided so far."""
    at: int = 0
    _skipped: set[int] = field(default_factory=set)
    _before: list[tuple[int, list[Change], set[int]]] = field(default_factory=list)
    """What it was like before each decision."""

    def run(self) -> None:
        """Ask until everything is decided or skipped, or the person quits."""
        keys = {"u": self._undone, "?": lambda: print(_HELP, end=""), "b": self._known}
        while self._next():
            change = self.changes[self.at]
            print("\n".join(shown(change, self.at + 1, len(self.changes))))
            pressed = self._pressed()
            if pressed in ("q", ""):
                return
            if pressed in keys:
                keys[pressed]()
            elif pressed in _PLAIN:
                self._one(pressed)
            elif pressed.lower() in _PLAIN:
                self._kind(_PLAIN[pressed.lower()])
            else:
                print(f"  {pressed!r} means nothing here; ? shows the keys")
            self.save()

    def _pressed(self) -> str:
        print(_ASKED, end="", flush=True)
        pressed = keyboard.key()
        print(pressed)
        return pressed

    def _next(self) -> bool:
        """Go on to the next change that is to be decided; return whether there is one."""
        while self.at < len(self.changes) and not self._waits(self.at):
            self.at += 1
        return self.at < len(self.changes)

    def _waits(self, at: int) -> bool:
        return self.changes[at].pending and at not in self._skipped

    def _one(self, pressed: str) -> None:
        change, decision = self.changes[self.at], _PLAIN[pressed]
        if pressed == "a" and change.by_hand:
            print("  only a person can change this in the file: reject it, or skip it")
            return
        if pressed == "a" and change.risk:
            print(
                f"  this allows more: {change.risk}\n  press y to accept that ", end="", flush=True
            )
            sure = keyboard.key() == "y"
            print("y" if sure else "no")
            if not sure:
                return
            decision = "accept-loosening"
        self._decide({self.at: (decision, "")})

    def _kind(self, decision: str) -> None:
        here = self.changes[self.at]
        self._decide({
            at: (decision, "")
            for at, one in enumerate(self.changes)
            if at >= self.at and self._waits(at) and (one.kind, one.what) == (here.kind, here.what)
            and not (decision == "accept" and (one.risk or one.by_hand))
        })  # fmt: skip
        if self._waits(self.at):
            print("  this one allows more, or is for a person: decide on it alone")

    def _known(self) -> None:
        reason = keyboard.line("  why is it known? ")
        if not reason:
            print("  without a reason it stays as it is")
            return
        self._decide({self.at: ("baseline", reason)})

    def _decide(self, decisions: dict[int, tuple[str, str]]) -> None:
        self._before.append((self.at, [*self.changes], {*self._skipped}))
        for at, (decision, reason) in decisions.items():
            self.changes[at] = replace(self.changes[at], decision=decision, reason=reason)
            if decision == "pending":
                self._skipped.add(at)

    def _undone(self) -> None:
        if not self._before:
            print("  there is nothing to undo")
            return
        self.at, self.changes[:], self._skipped = self._before.pop()


def shown(change: Change, number: int, of: int) -> Iterator[str]:
    """Yield the lines that show a change."""
    yield f"\n[{number}/{of}] {change.key} ({change.place})"
    for sign, text in (("-", change.old), ("+", change.new)):
        yield from (f"  {sign} {line}" for line in text.splitlines())
    facts = {
        "expected": "" if change.new else change.expected,
        "actual": "" if change.new else change.actual,
        "done by": change.blame,
        "undone by": change.undo,
        "allows more": change.risk,
        "for a person": change.by_hand,
    }
    for name, text in facts.items():
        if text:
            yield f"  {name:<13}{' '.join(text.split())}"
