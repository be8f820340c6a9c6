"""Files of expectations as pytest items; the only place that renders a failure for pytest."""

import pickle
import time
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache, cached_property
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Any

import pluggy
import pytest

from pytest_schemaverify import options
from pytest_schemaverify.baseline import Known, known_of
from pytest_schemaverify.build import Target
from pytest_schemaverify.errors import SchemaVerifyError, SpecError
from pytest_schemaverify.garbage import kept
from pytest_schemaverify.plan import Planned
from pytest_schemaverify.recorded import Recorder
from pytest_schemaverify.report import brief, category, failure, in_a_line
from pytest_schemaverify.result import Result
from pytest_schemaverify.run import of_files
from pytest_schemaverify.shards import part
from pytest_schemaverify.spec import includes
from pytest_schemaverify.terminal import Terminal, line
from pytest_schemaverify.verify import Servers, Verification

_MARK = {
    "schemas": "tables", "schema_version": "migrations", "foreign_keys": "constraints",
    "checks": "constraints", "policies": "rls", "triggers": "tables", "vector_columns": "vectors",
    "vector_index": "vectors", "vector_data": "vectors", "vector_recall": "vectors",
    "vector_search": "vectors",
    "queries": "data", "preserved": "data", "budget": "migrations",
    "ledger": "migrations", "access_tables": "access", "access_functions": "access",
    "partitions": "tables", "materialized_views": "views",
    "memberships": "roles", "domain_checks": "types", "ranges": "types", "privileges": "grants",
    "unmanaged": "tables", "exclusions": "constraints", "primary_key": "constraints",
    "unique_constraints": "constraints",
    "default_privileges": "grants", "schema_defaults": "grants", "aggregates": "functions",
    "event_triggers": "functions", "languages": "functions", "rewrite_rules": "tables",
    "statistics": "tables", "foreign_tables": "foreign", "foreign_servers": "foreign",
    "wrappers": "foreign", "user_mappings": "foreign", "publications": "replication",
    "casts": "types", "operators": "functions", "operator_classes": "indexes",
    "databases": "tables",
    "tablespaces": "tables",
    "published_tables": "replication", "subscriptions": "replication",
}  # fmt: skip


def mark_of(family: str) -> str:
    """Return the mark of a family's expectations."""
    return _MARK.get(family, family)


class _Told(Exception):
    """Something that the user reads, as a whole and in one line."""

    def __init__(self, text: str, brief: str) -> None:
        super().__init__(text)
        self.brief = brief


class ExpectationFailed(_Told, AssertionError):
    """An expectation does not hold."""


class CouldNotTell(_Told):
    """Nobody could tell whether an expectation holds."""


class Session:
    """The verifications of a run, and the server that they share."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.chosen = config.stash[options.CHOSEN]
        self.verifications: dict[Path, Verification] = {}
        self.servers = Servers(self.chosen)
        self.baseline = config.stash.get(options.BASELINE, None)
        self.speakers: set[str] = set()
        """Ids of the items that show their file's error; the others refer to them."""
        self.losers: dict[tuple[Path, str], str] = {}
        """By file and cause the id of the item that tells it for all; "": the database is gone."""
        self.places: dict[tuple[Path, str], tuple[str, int]] = {}
        """By file and reason the file and line of the first item that was skipped for it."""

    def verification(self, path: Path) -> Verification:
        """Return the verification of a file. Raises SpecError."""
        if path not in self.verifications:
            root = self.config.rootpath
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
            self.verifications[path] = Verification(path, name, self.chosen, line(self.config))
        return self.verifications[path]

    def prepare(self, path: Path) -> Verification:
        """Return a verification that has its database or why there is none. Raises SpecError."""
        verification = self.verification(path)
        if verification.target is None:
            shared = getattr(self.config, "workerinput", {}).get("schemaverify", "")
            handed_on = Path(shared) / _key(path)
            if shared and handed_on.exists():
                verification.target = pickle.loads(handed_on.read_bytes())
            else:
                verification.prepare(self.servers)
        return verification

    def begin(self, items: list[pytest.Item]) -> None:
        """Have the databases of the items, and see who speaks for a file that has none.

        A worker of pytest-xdist comes here before the controller has them; its items ask later.
        """
        first: dict[tuple[Path, bool], Expectation] = {}
        for item in items:
            if isinstance(item, Expectation):
                first.setdefault((item.path, of_files(item.planned.check)), item)
        told = set()
        for (path, _), item in first.items():
            # Where the files cannot be read there is no database either: that is told once.
            if path not in told or item.verification.fault is None:
                self.speakers.add(item.nodeid)
            told.add(path)
        if not hasattr(self.config, "workerinput"):
            for path, alone in first:
                if not alone:
                    self.prepare(path)

    def hand_on(self, path: Path, folder: Path, names: Container[str]) -> None:
        """Have a database if one of the expectations with these names needs it, for the workers."""
        if any(
            one.name in names and not of_files(one.check) for one in self.verification(path).planned
        ):
            self.hand_over(path, folder)

    def hand_over(self, path: Path, folder: Path) -> None:
        """Have a database, and leave what is known of it to the worker processes."""
        place = folder / _key(path)
        if not place.exists():
            target = self.prepare(path).target
            place.write_bytes(pickle.dumps(target, pickle.HIGHEST_PROTOCOL))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the expectations of other shards to the jobs that have them."""
        if not self.chosen.shard:
            return
        ours = {
            id(planned)
            for verification in self.verifications.values()
            for planned in part(verification.planned, *self.chosen.part)
        }
        others = [i for i in items if isinstance(i, Expectation) and id(i.planned) not in ours]
        if others:
            gone = set(others)
            items[:] = [item for item in items if item not in gone]
            self.config.hook.pytest_deselected(items=others)

    @cached_property
    def may_be_lean(self) -> bool:
        """Whether nobody but pytest itself looks at single phases of an item."""
        option = self.config.option
        asked = ("usepdb", "trace", "setupshow", "setuponly", "setupplan")
        return not any(getattr(option, name, False) for name in asked) and self._only(
            ("_pytest.", "xdist.", "pytest_schemaverify."), _PER_ITEM
        )

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the items as pytest does, but lean ones without what it wraps around each of them.

        It records warnings, explains assertions and watches the time, which a comparison of values
        has no use for and which takes a seventh of its time. Where a plugin runs the items or
        wraps them, as pytest-xdist and pytest-timeout do, pytest's way is left to it.
        """
        option = self.config.option
        if option.collectonly or session.testsfailed or not self.may_be_lean:
            return None
        if not self._only(("_pytest.", "pytest_schemaverify."), _AROUND_ITEMS):
            return None
        for index, item in enumerate(session.items):
            nextitem = session.items[index + 1] if index + 1 < len(session.items) else None
            if not (isinstance(item, Expectation) and run_lean(item, nextitem)):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
        return True

    def _only(self, modules: tuple[str, ...], hooks: tuple[str, ...]) -> bool:
        """Return whether nobody but these modules implements the hooks."""
        return all(
            getattr(implementation.function, "__module__", "").startswith(modules)
            for hook in hooks
            for implementation in getattr(self.config.hook, hook).get_hookimpls()
        )

    def close(self) -> None:
        """Leave every database and stop the server."""
        for verification in self.verifications.values():
            verification.close()
        self.servers.stop()


SESSION = pytest.StashKey[Session]()
_PER_ITEM = ("pytest_runtest_setup", "pytest_runtest_call", "pytest_runtest_teardown",
             "pytest_runtest_makereport")  # fmt: skip
_AROUND_ITEMS = ("pytest_runtestloop", "pytest_runtest_protocol")


def session_of(config: pytest.Config) -> Session:
    """Return the run's verifications."""
    if SESSION not in config.stash:
        config.stash[SESSION] = Session(config)
        config.pluginmanager.register(config.stash[SESSION], "schemaverify-session")
        verifications = config.stash[SESSION].verifications
        config.pluginmanager.register(Terminal(verifications))
        baseline = config.stash[SESSION].baseline
        if baseline is not None and not hasattr(config, "workerinput"):
            config.pluginmanager.register(Recorder(baseline, verifications, config))
    return config.stash[SESSION]


def _key(path: Path) -> str:
    return sha256(str(path).encode()).hexdigest()[:16]


def expectations(file: pytest.File) -> Iterator[pytest.Item | pytest.Collector]:
    """Yield one item for each expectation of a file, in its order."""
    with kept():
        yield from _expectations(file)


def _expectations(file: pytest.File) -> Iterator[pytest.Item | pytest.Collector]:
    if _is_included(file):
        return
    try:
        verification = session_of(file.config).verification(file.path)
    except SpecError as error:
        raise file.CollectError(str(error)) from None
    shared: dict[str, Any] = {
        "verification": verification,
        "file": file.session._node_location_to_relpath(file.path),
        "hooks": file.ihook,
    }
    if not any(f"{file.path.name}::" in str(argument) for argument in file.config.args):
        for planned in verification.planned:
            yield Expectation.from_parent(file, name=planned.name, planned=planned, **shared)
        return
    # `expectations.yaml::tables.users::exists` on the command line is matched level by level.
    # The ids are the same in both shapes; for 30,000 objects the flat one is far cheaper.
    # Behind a bracket, `f(text[])::exists`, pytest takes the rest of an argument as one level.
    asked = {str(argument).partition("::")[2] for argument in file.config.args}
    objects: dict[str, list[Planned]] = {}
    for planned in verification.planned:
        if "[" in planned.name.rpartition("::")[0] and planned.name in asked:
            yield Expectation.from_parent(file, name=planned.name, planned=planned, **shared)
            continue
        objects.setdefault(planned.name.rpartition("::")[0], []).append(planned)
    for name, members in objects.items():
        yield Object.from_parent(file, name=name, members=members, shared=shared)


def _is_included(file: pytest.File) -> bool:
    """Return whether another file takes this one in, and nobody has asked for it by its name."""
    config = file.config
    named = config.args if config.args_source == config.ArgsSource.ARGS else ()
    asked = {options.path_of(str(one).partition("::")[0], config) for one in named}
    if session_of(config).chosen.spec or file.path in asked:
        return False
    beside = (path for path in sorted(file.path.parent.iterdir()) if options.is_spec(path, config))
    for path in {*options.default_specs(config), *beside} - {file.path}:
        try:
            written = includes(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError):  # told when that file is collected
            continue
        if any((path.parent / one).resolve() == file.path.resolve() for one in written):
            return True
    return False


class Object(pytest.Collector):
    """An entry of the file, when single ones are asked for."""

    def __init__(self, *, members: list[Planned], shared: Mapping[str, Any], **node: Any) -> None:
        super().__init__(**node)
        self._members = members
        self._shared = shared

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the expectations of the entry."""
        for planned in self._members:
            name = planned.name.rpartition("::")[2]
            yield Expectation.from_parent(self, name=name, planned=planned, **self._shared)


class Expectation(pytest.Item):
    """One expectation."""

    schema_found: Sequence[Known] = ()
    """All findings, for the baseline of the run."""
    schema_warning = ""
    """What does not hold, in one line, where that fails nothing."""
    shown_at: tuple[str, int] | None = None
    """File and line that a report names, where it is not the item's own."""
    marked = False
    """Whether somebody has added a mark, such as `skip` or `xfail`."""

    def __init__(
        self, *, planned: Planned, verification: Verification, file: str, hooks: pluggy.HookRelay,
        parent: pytest.Collector, **node: Any,
    ) -> None:  # fmt: skip
        # As a text, the id means the same in both shapes, and as it is read back for --last-failed.
        nodeid = f"{parent.nodeid}::{node['name']}"
        super().__init__(parent=parent, nodeid=nodeid, **node)
        self.planned = planned
        self.verification = verification
        self._hooks = hooks
        # `location` is computed lazily by pytest, which costs more than the whole expectation. Its
        # last part is the headline of a failure. It is not the end of the id: in that, -v would
        # turn dots into colons, and `a.b::exists` would no longer be what can be asked for.
        self.location = (planned.file or file, planned.line - 1, planned.name.replace("::", " "))
        family = planned.check.partition(".")[0]
        self.own_markers = _marks(mark_of(family), alone=of_files(planned.check))
        self.schema_category = category(planned.check)

    @property
    def ihook(self) -> pluggy.HookRelay:
        """The hooks of the file: pytest would look for its conftest.py files at every item."""
        return self._hooks

    def add_marker(self, marker: str | pytest.MarkDecorator, append: bool = True) -> None:
        """Add a mark to this expectation alone."""
        self.own_markers = [*self.own_markers]
        self.marked = True
        super().add_marker(marker, append)

    def runtest(self) -> None:
        """Make the check; a difference raises."""
        problem: object = self.verification.fault
        if not of_files(self.planned.check):
            session_of(self.config).prepare(self.path)
            problem = self.verification.target
        if isinstance(problem, SchemaVerifyError):
            if self.nodeid not in session_of(self.config).speakers:
                first = "first item" if problem is self.verification.fault else "first such item"
                raise self._skipped(f"there is no database, see the {first} of {self.path.name}")
            raise CouldNotTell(str(problem), in_a_line(str(problem)))
        try:
            result = self.verification.result(self.planned)
        except SchemaVerifyError as error:
            if error is self.verification.lost:
                first = session_of(self.config).losers.setdefault((self.path, ""), self.nodeid)
                if first != self.nodeid:
                    raise self._skipped(f"the database went away, see {first}") from None
            raise CouldNotTell(f"{self._place()}\n{error}", in_a_line(str(error))) from None
        self._tell(self._without_known(result))

    def _without_known(self, result: Result) -> Result:
        """Return the result without the findings that the baseline of the run has."""
        baseline = session_of(self.config).baseline
        if baseline is None or result.known or not result.findings:
            return result
        self.schema_found = known_of(self.nodeid, self.verification.found(self.planned).findings)
        return baseline.applied(result, self.nodeid) if self.schema_found else result

    def _tell(self, result: Result) -> None:
        """Raise what pytest is to make of a result."""
        if result.skipped:
            raise self._skipped(result.skipped)
        if result.passed:
            return
        if result.shared and result.wrong:
            first = session_of(self.config).losers.setdefault(
                (self.path, f"{self.planned.stage}{result.shared}"), self.nodeid
            )
            if first != self.nodeid:
                raise self._skipped(f"{result.shared}, see {first}")
        text = failure(result, self.verification.name)
        if result.undetermined:
            raise CouldNotTell(text, brief(result))
        if result.known and not self.config.option.runxfail:
            raise pytest.xfail.Exception(f"{result.known} ({brief(result)})")
        if not result.warning:
            raise ExpectationFailed(text, brief(result))
        severity = self.planned.under.severity
        self.schema_warning = f"{severity}  {self._place()}: {brief(result)}"
        self.add_report_section("call", "schema verification", text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what is wrong without a traceback; anything else is ours to debug."""
        if not isinstance(excinfo.value, _Told):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value", tbfilter=False, chain=False)
        if shown.reprcrash is not None:  # for pytest's short summary, --tb=line and JUnit
            shown.reprcrash.path = self.planned.file or self.verification.name
            shown.reprcrash.lineno = self.planned.line
            shown.reprcrash.message = excinfo.value.brief
        return shown

    def _skipped(self, reason: str) -> BaseException:
        """Return what skips the item.

        Items that are skipped for one reason name the line of the first: pytest makes one of them.
        """
        here = (self.planned.file, self.planned.line)
        self.shown_at = session_of(self.config).places.setdefault((self.path, reason), here)
        # The one private parameter that is used: without it the report names the line that raises.
        return pytest.skip.Exception(reason, _use_item_location=True)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Point at the line of the file."""
        file, line = self.shown_at or (self.planned.file, self.planned.line)
        path = self.config.rootpath / file if file else self.path
        return path, line - 1, self.location[2]

    def _place(self) -> str:
        planned = self.planned
        file = planned.file or self.verification.name
        return f"{file}:{planned.line}:{planned.column}: {planned.name}"


@cache
def _marks(name: str, *, alone: bool) -> list[pytest.Mark]:
    # One list for all items of a family, until somebody adds a mark to one of them.
    mark: pytest.Mark = getattr(pytest.mark, name).mark
    return [mark, pytest.mark.static.mark] if alone else [mark]


def run_lean(item: Expectation, nextitem: pytest.Item | None) -> bool:
    """Run an expectation that holds with the three reports that others rely on, and no more.

    Returns False, having reported nothing, when it has to go pytest's own way: because it does not
    hold, because it is the last of its file and pytest must unwind what was set up, or because
    a mark may want something.
    """
    if nextitem is None or nextitem.parent is not item.parent or _marked(item):
        return False
    verification = item.verification
    ready = isinstance(verification.target, Target) or of_files(item.planned.check)
    if not ready:
        return False
    start = time.time()
    try:
        if not verification.result(item.planned).passed:
            return False
    except SchemaVerifyError:
        return False
    stop = time.time()
    hook = item.ihook
    nodeid, location = item.nodeid, item.location
    identity = getattr(item, "id", nodeid)  # spares newer versions of pytest the parsing
    keywords = {item.name: 1}
    hook.pytest_runtest_logstart(nodeid=nodeid, location=location)
    for when, began, ended in (
        ("setup", start, start), ("call", start, stop), ("teardown", stop, stop)
    ):  # fmt: skip
        hook.pytest_runtest_logreport(
            report=pytest.TestReport(
                identity, location, keywords, "passed", None, when,  # type: ignore[arg-type]
                (), ended - began, began, ended, (), schema_category=item.schema_category,
            )
        )  # fmt: skip
    hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)
    return True


def _marked(item: Expectation) -> bool:
    node: Any = item.parent
    while node is not None and not node.own_markers:
        node = node.parent
    return item.marked or node is not None
