"""A new file of expectations: written from a database, tried on it, and corrected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from pytest_schemaverify.authoring.scope import Chosen, Contents, contents, database
from pytest_schemaverify.authoring.writing.document import Document
from pytest_schemaverify.authoring.writing.large_objects import read_few
from pytest_schemaverify.kinds.entries import Depth, Style
from pytest_schemaverify.kinds.form import form_of
from pytest_schemaverify.kinds.kind import kind_of
from pytest_schemaverify.kinds.sections import sections
from pytest_schemaverify.kinds.written import Written
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.rehearsal.state import PRIVILEGES, other_objects
from pytest_schemaverify.reports.failure import brief
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.results import Results
from pytest_schemaverify.verification.verification import Verification

_ATTEMPTS = 4
"""Texts that are tried: as a reader would write it, as the server prints it, without what neither
can say, and once more for what that leaves unsaid."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be written."""

    chosen: Chosen
    depth: Depth = "all"
    head: Mapping[str, Any] = field(default_factory=dict)
    """`database` and `migrations`, as data."""
    known: str = ""
    """Name of the file of known findings."""
    schema: str = ""
    """Address of the JSON Schema for editors."""
    together: bool = False
    """Whether what several tables have in common is said once."""


@dataclass(slots=True)
class Draft:
    """A text that holds on the database it was written from, but for what is known."""

    document: Document
    text: str
    results: list[Result]

    @property
    def known(self) -> list[Result]:
        """The results with findings: what is not good yet, and what is accepted for now."""
        return [one for one in self.results if one.findings]

    @property
    def undetermined(self) -> list[Result]:
        """What could not be told."""
        return [one for one in self.results if one.undetermined]


def drafted(one: Verification, wishes: Wishes) -> Draft:
    """Return the text for the database of a verification, corrected until it holds there."""
    with one.database.line.ticking("writing the file"):
        kinds = wishes.chosen.kinds
        many = read_few(one.results.facts) if not kinds or "large_objects" in kinds else ""
        found = contents(one.results.facts.catalog, wishes.chosen)
        if wishes.depth == "all" and not found.partial:
            existing = one.results.facts.target.server is None
            found.database = database(found.look, existing=existing)
        style = Style(found.look, wishes.depth)
        rules = _rules(found, wishes)
        document = Document(
            found, style, wishes.head, rules, wishes.known, wishes.schema, many=many
        )
        results, notes = corrected(document, one, dict(found.paths()))
        if wishes.together:
            document.together = True
            results = _tried(document.text(), one, {})
        document.unsaid = (*notes, *no_key(one.results.facts, found))
        return Draft(document, document.text(), list(results.values()))


class Text(Protocol):
    """What is written, tried and corrected."""

    style: Style
    rules: Any

    def text(self) -> str:
        """Return the whole text."""


def corrected(
    document: Text, one: Verification, objects: Mapping[Path, Written]
) -> tuple[dict[str, Result], list[str]]:
    """Correct a text until it holds on the database of a verification.

    `objects` are what it says something about, by the keys that lead there. Returned are its
    results, by their names, and notes of what no key can say.
    """
    results: dict[str, Result] = {}
    notes: list[str] = []
    for _ in range(_ATTEMPTS):
        results = _tried(document.text(), one, results)
        wrong = [result for result in results.values() if result.findings or result.undetermined]
        changed = [note for result in wrong for note in _corrected(result, document, objects)]
        notes += filter(None, changed)
        if not changed:
            break
    return results, notes


def no_key(facts: Facts, found: Contents) -> Iterator[str]:
    """Yield what no file can say: secrets, and objects of kinds that the language does not have."""
    for path, one in found.paths():
        for key in one.hidden:
            yield f"{'.'.join(map(str, path))}.{key}: it holds a secret, which no file should have"
    with facts.reading() as reader:
        others = other_objects(reader)
    nouns = {kind_of(section).noun for section in sections()}
    for (kind, schema, name), _ in sorted(others.items()):
        # `access method of table public.notes` is a property, and no object of that kind.
        has_section = kind in nouns and not name.startswith("of ")
        if kind != PRIVILEGES and not has_section and not found.look.theirs(schema):
            yield f"{kind} {name}"


def _rules(found: Contents, wishes: Wishes) -> Any:
    if wishes.depth == "names":
        return None
    # Where clients come as roles of their own, what these reach is the question.
    if wishes.chosen.platform == "supabase" or found.look.catalog.find("roles", ("anon",)):
        return "supabase"
    secured = any(one.row.rls for one in found.sections.get("tables", {}).values())
    return {"preset": "recommended", "row_level_security": True} if secured else "recommended"


def _tried(text: str, one: Verification, before: Mapping[str, Result]) -> dict[str, Result]:
    """Return the results of a text, by their names; those that held before are not made again."""
    old = one.contract
    contract = Contract(old.path, old.name, old.config, text=text)
    facts = replace(Results(contract, one.database).facts, fixing=False)
    found = {}
    for number, planned in enumerate(contract.planned):
        one.database.line("verifying what is written", number, len(contract.planned))
        held = before.get(planned.name)
        kept = held is not None and held.passed and not planned.check.startswith("unmanaged.")
        found[planned.name] = held if held is not None and kept else run(planned, facts)
    return found


def _corrected(result: Result, document: Text, objects: Mapping[Path, Written]) -> Iterator[str]:
    """Correct what a result is about; yield a note for what is left out, "" for other changes."""
    planned, style = result.planned, document.style
    if planned.path[:1] == ("rules",):
        if result.undetermined and isinstance(document.rules, (str, dict)):
            yield _switched_off(planned.check.partition(".")[2], result, document)
        return
    path = nearest(planned.path, objects)
    if not path:
        return
    key = key_of(planned.path, path, planned.check, objects[path])
    if key in form_of(objects[path].model.family).spelled and (path, key) not in style.as_printed:
        style.as_printed.add((path, key))
        yield ""
    elif (path, key) not in style.left_out:
        style.left_out.add((path, key))
        yield f"{'.'.join(map(str, (*path, *([key] if key else ()))))}: {brief(result)}"


def nearest(path: Path, objects: Mapping[Path, Written]) -> Path:
    """Return the path of the object that a path is of or leads into; empty where there is none."""
    while path and path not in objects:
        path = path[:-1]
    return path


def key_of(place: Path, path: Path, check: str, one: Written) -> str:
    """Return the key of an object that a check is about; "" for the object as a whole."""
    if len(place) > len(path):
        return str(place[len(path)])
    own = check.partition(".")[2]
    fields = one.model.model_fields.items()
    return next((f.alias or n for n, f in fields if n.rstrip("_") == own), "")


def _switched_off(rule: str, result: Result, document: Text) -> str:
    """Switch a rule off that cannot be told here, and return why."""
    own = document.rules
    rules = {"preset": own} if isinstance(own, str) else dict(own)
    document.rules = {**rules, rule: False}
    return f"rules.{rule}, which is off: {brief(result)}"
