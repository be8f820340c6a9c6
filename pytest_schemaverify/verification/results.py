"""The results of the expectations of a contract."""

from functools import cached_property

from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.database import Database
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import of_files, run
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.severity import counted, expected, unexpected


class Results:
    """The results of a contract's planned checks; each is made once, when it is asked for."""

    def __init__(self, contract: Contract, database: Database) -> None:
        self._contract = contract
        self._database = database
        self._found: dict[int, Result | None] = {}
        """Results by the id of what was planned; None for one that holds, as nearly all do."""
        self._stages: dict[str, Facts] = {}

    def of(self, planned: Planned) -> Result:
        """Return the result of a check, with its severity and `xfail` taken into account."""
        found, xfail = self.found(planned), planned.under.xfail
        if xfail and found.findings:
            return expected(found)
        if xfail and found.passed and self._all_hold(planned):
            found = unexpected(found)
        return counted(found, self._contract.config.fail_on) if found.findings else found

    def _all_hold(self, planned: Planned) -> bool:
        """Return whether all under an `xfail` holds; only the first of its checks reports that."""
        together = self._expected_at[planned.under.expected_at]
        return together[0] is planned and all(
            not one.findings and not one.undetermined for one in map(self.found, together)
        )

    @cached_property
    def _expected_at(self) -> dict[tuple[str | int, ...], list[Planned]]:
        """The expectations under each `xfail`, by its place, in the order of the file."""
        found: dict[tuple[str | int, ...], list[Planned]] = {}
        for one in self._contract.planned:
            if one.under.xfail:
                found.setdefault(one.under.expected_at, []).append(one)
        return found

    def found(self, planned: Planned) -> Result:
        """Return the bare result of a check, made once; an error is that of this check alone.

        A check that looks at files alone needs no database.
        """
        # Many have lists, which cannot be hashed; the contract holds them, so ids stay unique.
        known = id(planned)
        if known in self._found:
            return self._found[known] or Result(planned)
        line = self._database.line
        line.step(planned.name)
        try:
            result = self._made(planned)
        except Exception as error:
            problem = str(internal(f"verifying {planned.name}", error))
            result = Result(planned, undetermined=problem)
        finally:
            line.done()
        self._found[known] = None if result.passed else result
        return result

    def _made(self, planned: Planned) -> Result:
        if of_files(planned.check):
            return run(planned, self._of_files)
        stage, database = planned.stage, self._database
        facts = self._at(stage) if stage else self.facts
        result = run(planned, facts)
        lost = database.connections.lost
        # Without its database no other check can tell anything, so all of it is left now.
        if lost is not None:
            database.close()
            return Result(planned, undetermined=str(lost), shared="the database went away")
        return self._explained(result, facts) if result.findings else result

    def _explained(self, result: Result, facts: Facts) -> Result:
        """Return a result with what its findings come from, as far as that is known."""
        # No expectation that holds waits for these imports.
        from pytest_schemaverify.verification.blame import blamed, unexplained
        from pytest_schemaverify.verification.stand_ins import noted

        try:
            result = noted(result, facts.target.stand_ins)
            return blamed(result, facts, self._database.replays.history)
        except Exception as error:
            return unexplained(result, internal("looking for what last changed it", error))

    @cached_property
    def facts(self) -> Facts:
        """The facts for checks. Raises TypeError before the database has been prepared."""
        contract, database = self._contract, self._database
        target, connections = database.there, database.connections
        apart = None
        if target.server is not None and contract.files is not None:
            apart = database.replays.apart
        return Facts(
            contract.spec, contract.folder, target, contract.files, connections.reading,
            lambda: database.replays.rebuilt(), progress=database.line, new=contract.new,
            copy=connections.copy if target.server is not None else None,
            bounds=connections.bounds, elsewhere=apart,
        )  # fmt: skip

    def _at(self, stage: str) -> Facts:
        """Return the facts for checks of a moment on the way."""
        if stage not in self._stages:
            self._stages[stage] = self.facts.at(stage, self._database.connections.reading)
        return self._stages[stage]

    @cached_property
    def _of_files(self) -> Facts:
        """The facts for checks that need no database."""
        from pytest_schemaverify.verification import static  # few files have such checks

        return static.facts(self._contract, self._contract.new)
