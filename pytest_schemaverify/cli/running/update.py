"""Updates a file of expectations: writes it, or prints the patch, and says what is left."""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from pytest_schemaverify.authoring.comparing.differences import Compared, compared
from pytest_schemaverify.authoring.updating.editing import Edited
from pytest_schemaverify.authoring.updating.judged import Asked
from pytest_schemaverify.authoring.updating.lines import summary, told
from pytest_schemaverify.authoring.updating.selecting import Selection, require_known, selected
from pytest_schemaverify.authoring.updating.update import Update, update, write
from pytest_schemaverify.cli.exit_codes import COULD_NOT_TELL, HOLDS, WRONG
from pytest_schemaverify.cli.opening import opened
from pytest_schemaverify.cli.running.known import new
from pytest_schemaverify.cli.sources import say
from pytest_schemaverify.errors import CannotDetermine, ConfigError
from pytest_schemaverify.language.files import patch
from pytest_schemaverify.reports.failure import brief
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings import paths
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.verification import Verification


def run(chosen: argparse.Namespace, selection: Selection) -> int:
    """Update the file. Raises the error for which it is as it was."""
    asked = _asked(chosen)
    if asked.trim and not selection.whole and not chosen.check:
        raise _untrimmed("only a part was asked for", "leave out KEY, -k and --kinds")
    with opened(chosen) as one:
        say(chosen, header(one))
        found = compared(one)
        found = replace(found, others=list(new(one, found.others)))
        if asked.trim and found.undetermined and not chosen.check:
            raise CannotDetermine(
                "taking out what is gone",
                because="; ".join(f"{r.planned.name}: {brief(r)}" for r in found.undetermined[:5]),
                remedy="nothing is written; leave out --trim, or see that this can be told",
            )
        done = _updated(one, found, selection, asked)
    return _ended(chosen, asked, done, found)


def _asked(chosen: argparse.Namespace) -> Asked:
    """Return what is to be written; with --check alone, what would be."""
    accepted = tuple(chosen.accept_loosening)
    every = chosen.check and not (chosen.create or chosen.fix or chosen.trim)
    return Asked(every or chosen.create, every or chosen.fix, every or chosen.trim, accepted)


def _untrimmed(because: str, remedy: str) -> ConfigError:
    tried = "reading --trim: what is gone is known where everything was compared"
    return ConfigError(tried, because=because, remedy=remedy)


def _updated(one: Verification, found: Compared, selection: Selection, asked: Asked) -> Update:
    done = update(one, selected(found.differences, selection), asked)
    known = [*(difference.path for difference in found.differences), *done.texts.paths()]
    require_known(selection.keys, known, "KEY ")
    require_known(asked.accepted, known, "--accept-loosening ")
    return done


def _ended(chosen: argparse.Namespace, asked: Asked, done: Update, found: Compared) -> int:
    """Write or print the change, and return the exit code."""
    in_ci = bool(os.environ.get("CI"))
    shown = chosen.dry_run or in_ci
    writes = not (shown or chosen.check or asked.nothing)
    lines = [summary(done.judged), *told(done, "written" if writes else "would be written")]
    lines += [f"cannot tell: {r.planned.name}: {brief(r)}" for r in found.undetermined]
    if found.others:
        number = f"{len(found.others)} other expectation{'s' if found.others[1:] else ''}"
        lines.append(f"{number}, such as rules, do not hold: pytest shows them")
    if writes:
        write(done.edited)
    for line in lines:
        # With a patch on the standard output nothing else belongs there.
        print(masked(line), file=sys.stderr if shown else sys.stdout)
    if shown:
        print(patch_of(done.edited), end="")
    return _code(done, found, asked, failing=chosen.check or (in_ci and not asked.nothing))


def _code(done: Update, found: Compared, asked: Asked, *, failing: bool) -> int:
    left = [one for one in done.judged if asked.about(one.difference.what)]
    if any(failing or one.verdict != "taken" for one in left):
        return WRONG
    return COULD_NOT_TELL if found.undetermined else HOLDS


def patch_of(edited: Edited) -> str:
    """Return the change of all files as `git apply` takes it."""
    return "".join(
        patch(_in_repository(file), edited.before[file], text)
        for file, text in edited.changed.items()
    )


def _in_repository(file: Path) -> str:
    """Return the path of a file from the root of its repository, or from here without one."""
    file = paths.resolved(file)
    root = next((one for one in file.parents if paths.exists(one / ".git")), paths.resolved(Path()))
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()
