"""Writes a file of expectations, its known findings and the schema for editors, all or nothing."""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from pytest_schemaverify.authoring.detection.existing import for_database
from pytest_schemaverify.authoring.detection.facts import Fact
from pytest_schemaverify.authoring.detection.project import found_in
from pytest_schemaverify.authoring.scope import Chosen
from pytest_schemaverify.authoring.writing.draft import Draft, Wishes, drafted
from pytest_schemaverify.authoring.writing.new_files import write_new
from pytest_schemaverify.cli.exit_codes import COULD_NOT_TELL, HOLDS
from pytest_schemaverify.cli.narrowing import narrowed
from pytest_schemaverify.cli.opening import opened, settings_of
from pytest_schemaverify.cli.running.node_ids import collected
from pytest_schemaverify.cli.sources import say
from pytest_schemaverify.errors import ConfigError, MigrationFailed
from pytest_schemaverify.kinds import KINDS, kind_of
from pytest_schemaverify.language.base import Thing
from pytest_schemaverify.language.writing import written
from pytest_schemaverify.reports.failure import brief
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings.config import BASELINE
from pytest_schemaverify.verification.known_findings import known_of, text_of
from pytest_schemaverify.verification.verification import Verification

_SCHEMA = "expectations.schema.json"
_ANYTHING = "rules: {primary_key: true}\n"
"""A file must expect something, and of this one only the database is wanted."""
_SHOWN = 20
"""Findings and other lines of a list that are printed; the files have all of them."""


def run(chosen: argparse.Namespace) -> int:
    """Write the files, and print what they say. Raises the error for which there are none."""
    config, path = settings_of(chosen), Path(chosen.output)
    _refuse(path)
    if config.dsn and config.migrations:
        both = f"{config.called('dsn')} and {config.called('migrations')}"
        raise ConfigError(
            f"reading {both}",
            because="a file is written from a database or from migrations, not from both",
            remedy="leave one of them out; `schemaverify diff` compares",
        )
    wanted = narrowed(chosen)
    project = None if config.dsn else found_in(Path(config.migrations or "."))
    head = project.settings(path.parent) if project else {}
    if chosen.platform:
        head = {**head, "database": {**head.get("database", {}), "platform": chosen.platform}}
    if project:
        say(chosen, map(str, project.facts))
    try:
        draft = _drafted(chosen, path, wanted, head)
    except MigrationFailed as error:
        if not (project and project.seed):
            raise
        # It is for developers, and may not have been run for a while.
        files = {key: value for key, value in head["migrations"].items() if key != "seed"}
        draft = _drafted(chosen, path, wanted, {**head, "migrations": files})
        say(chosen, ["the seed is left out, because it does not apply:", *str(error).splitlines()])
    _write(path, draft, chosen.split)
    for line in _told(path, draft):
        print(line)
    return COULD_NOT_TELL if draft.undetermined else HOLDS


def _drafted(chosen: argparse.Namespace, path: Path, wanted: Chosen, head: dict[str, Any]) -> Draft:
    """Return what is to be written, from a database that is built or there. Raises its error."""
    with opened(chosen, path=path, text=f"{_ANYTHING}{written(head)}") as one:
        head, facts = (head, ()) if "migrations" in head else _existing(one, head)
        say(chosen, [*map(str, facts), *header(one)])
        wishes = Wishes(
            replace(wanted, platform=head.get("database", {}).get("platform", "postgres")),
            chosen.depth, head, BASELINE, _SCHEMA, chosen.each,
        )  # fmt: skip
        return drafted(one, wishes)


def _refuse(path: Path) -> None:
    for one in (path, path.parent / BASELINE):
        if one.exists():
            raise ConfigError(
                f"writing {one}",
                because="it is there already, and `init` overwrites nothing",
                remedy="delete it to begin again, change it with `schemaverify update`, or write "
                "into another folder with -o FOLDER/expectations.yaml",
            )


def _existing(one: Verification, head: dict[str, Any]) -> tuple[dict[str, Any], tuple[Fact, ...]]:
    found = for_database(one.results.facts.catalog)
    platform = head.get("database", {}).get("platform", found.platform)
    return {} if platform == "postgres" else {"database": {"platform": platform}}, found.facts


def _write(path: Path, draft: Draft, split: str | None) -> None:
    texts = {path: draft.text}
    if split:
        several = draft.document.texts(path.stem, split)
        texts = {path.parent / name if name else path: text for name, text in several.items()}
    if not (path.parent / _SCHEMA).exists():
        schema = files("pytest_schemaverify").joinpath(_SCHEMA).read_text(encoding="utf-8")
        texts[path.parent / _SCHEMA] = schema
    write_new(texts)
    if draft.known:
        file = collected(path)
        known = [
            found
            for result in draft.known
            for found in known_of(f"{file}::{result.planned.name}", result.findings)
        ]
        write_new({path.parent / BASELINE: text_of(sorted(known))})


def _told(path: Path, draft: Draft) -> Iterator[str]:
    """Yield what was written and what is not good yet."""
    found = draft.document.contents
    counted = ", ".join(_numbers(_counts(draft)))
    yield f"wrote {path}: {counted}"
    yield f"  {draft.text.count(chr(10)):,} lines, {len(draft.results):,} expectations"
    theirs = ", ".join(_numbers(found.passed_over))
    if theirs:
        yield f"  left to the platform: {theirs}"
    if draft.known:
        number = sum(len(one.findings) for one in draft.known)
        yield f"wrote {path.parent / BASELINE}: {number} known findings, which are not good yet"
        yield from _cut(f"  {one.planned.name}: {brief(one)}" for one in draft.known)
    if draft.document.many:
        yield f"not written: {draft.document.many}"
    if draft.document.unsaid:
        yield "no key can say:"
        yield from _cut(f"  {one}" for one in draft.document.unsaid)
    yield from _cut(f"cannot tell: {one.planned.name}: {brief(one)}" for one in draft.undetermined)
    held = sum(1 for one in draft.results if one.passed)
    known = f", {len(draft.known):,} are known not to" if draft.known else ""
    yield f"{held:,} of {len(draft.results):,} expectations hold{known}"


def _counts(draft: Draft) -> Counter[str]:
    """Return how many objects of each kind are written."""
    found, names_only = draft.document.contents, draft.document.style.depth == "names"
    top = [one for section in found.sections.values() for one in section.values()]
    return Counter(
        one.subject.family
        for one in (top if names_only else found.all())
        if issubclass(one.model, Thing)  # a part of an object is none of its own
    )


def _numbers(counts: Mapping[str, int]) -> Iterator[str]:
    """Yield numbers of objects in words, in the order of the file."""
    for kind in KINDS:
        # Those are counted by the roles that make the objects, which are no objects of theirs.
        if counts.get(kind) and kind != "default_privileges":
            yield kind_of(kind).counted(counts[kind])


def _cut(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from every[:_SHOWN]
    if len(every) > _SHOWN:
        yield f"  … and {len(every) - _SHOWN} more"
