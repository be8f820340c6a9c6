"""Decides whether SQL of the file may be run on an existing database.

Rolling back a read-only transaction does not undo what a function does outside of it, such as
dblink, lo_export or a lock of the session. A text without a word that names such a function is not
parsed, which is fast; only the others are.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from pytest_schemaverify.canonical import named
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql.statements import Unparsed

from .calls import Calls
from .risks import Names, Risk, Risks, behind, read

__all__ = ["Risk", "Vet"]


class Vet:
    """Vets texts for one server: those that may leave something behind are refused."""

    def __init__(
        self,
        session: Callable[[], AbstractContextManager[Reader]],
        allowed: Callable[[], Collection[int]],
    ) -> None:
        self._session = session
        """Yields a reader whose search_path is that of the texts."""
        self._allowed = allowed
        """Returns the OIDs of the functions under `allow_functions` of the file."""
        self._risks: Risks | None = None
        self._refused: tuple[Risks, Risks] | None = None
        self._passed: set[tuple[str, bool]] = set()

    @property
    def risks(self) -> Risks:
        """All functions of the server that may leave something behind."""
        if self._risks is None:
            with self._session() as reader:
                self._risks = read(reader)
        return self._risks

    def statement(self, text: str, written: str = "", *, planned: bool = False) -> None:
        """Raise CannotDetermine if a statement calls what may leave something behind.

        `written` is the text that messages show instead. No transaction may be open on the
        connection of `session`.
        """
        # A statement that is only planned runs nothing volatile, so less is refused.
        if (text, planned) in self._passed:
            return
        if self._refused is None:
            allowed = self._allowed()
            refused = self.risks.only(lambda one: one.oid not in allowed)
            self._refused = refused, refused.only(lambda one: not one.volatile)
        tried = f"running `{named(written or text)}`"
        _Reading(self._session, self._refused, tried).require(text, "", planned=planned)
        self._passed.add((text, planned))


class _Reading:
    """Vets one statement, and the texts of the views, types and defaults that it uses."""

    def __init__(
        self,
        session: Callable[[], AbstractContextManager[Reader]],
        risks: tuple[Risks, Risks],
        tried: str,
    ) -> None:
        self._session = session
        self._risks = risks
        """The functions that are refused in a text that is run, and in one that is only planned."""
        self._tried = tried
        self._seen: set[str] = set()

    def require(self, text: str, where: str, *, planned: bool = False) -> None:
        """Raise CannotDetermine for the first function that is refused and that the text calls.

        `where` is the view, type or default that has the text, "" for the statement itself.
        """
        self._seen.add(text)  # types may have each other as parts, and views may be long chains
        risks, known = self._risks[planned].mentioned(text)
        if not risks and not known and "execute" not in text.lower():
            return
        try:
            found = Calls(text)
        except Unparsed as error:
            if risks:
                problem = f"{where}it may call {risks[0].written}, but it cannot be parsed"
                raise self._refusal(risks[0], f"{problem}: {error.reason}") from None
            # The server refuses the text, or it is newer than the parser. Then the words decide.
            names = Names(set(known), set(known), set(known), set(known))
            self._behind(names if not planned else Names(set(), set(), set(), set(known)))
            return
        if found.prepared and not planned:
            raise CannotDetermine(
                self._tried,
                because="it runs a statement that somebody has prepared",
                remedy="write the query itself",
            )
        for risk in risks:
            way = found.way_to(risk)
            if way is not None:
                raise self._refusal(risk, f"{where}{_because(risk, way)}")
        self._behind(found.names(known, planned=planned))

    def _behind(self, names: Names) -> None:
        if not any(names):
            return
        with self._session() as reader:
            texts = list(behind(reader, names))
        for what, text in texts:
            if text not in self._seen:
                self.require(text, f"in {what}: ")

    def _refusal(self, risk: Risk, because: str) -> CannotDetermine:
        name = f"'{risk.written}'" if '"' in risk.written else risk.written
        own = "declare it `stable` if it only reads, or " if risk.schema != "pg_catalog" else ""
        return CannotDetermine(
            self._tried,
            because=because,
            remedy=f"{own}let the file answer for it:\n"
            f'allow_functions: {{{name}: "why it is harmless"}}',
        )


def _because(risk: Risk, way: str) -> str:
    signature = f"{risk.written}({risk.arguments})"
    called = f"{way} calls {signature}, which" if way else signature
    kind = "is volatile" if risk.volatile else "runs a text as a query"
    return f"{called} {kind}: what it does may outlast the transaction that is rolled back"
