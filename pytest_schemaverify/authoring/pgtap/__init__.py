"""The assertions of pgTAP's suites as a file of expectations."""

from collections.abc import Iterable, Iterator, Mapping

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken
from pytest_schemaverify.authoring.importing.imported import Imported, Left, require_valid
from pytest_schemaverify.authoring.importing.merging import Merged
from pytest_schemaverify.authoring.importing.shortening import shortened
from pytest_schemaverify.authoring.pgtap import rows, special
from pytest_schemaverify.authoring.pgtap.advice import ASSERTIONS, RUNNING, UNSAID
from pytest_schemaverify.authoring.pgtap.calls import Call, calls
from pytest_schemaverify.authoring.pgtap.everything import everything
from pytest_schemaverify.authoring.pgtap.functions import FUNCTIONS, NAMED
from pytest_schemaverify.authoring.pgtap.sayings import EXACT_IN, Known, arguments, facts

SAID = {**FUNCTIONS, **NAMED}
KNOWN = frozenset({*SAID, *special.SPECIAL, *rows.ROWS, *UNSAID, *ASSERTIONS, *RUNNING})
"""Every function of pgTAP."""


def imported(texts: Mapping[str, str]) -> Imported:
    """Return what the assertions in files say; `texts` are their contents by name."""
    called = [call for name, text in texts.items() for call in calls(text, name, KNOWN)]
    assertions = [call for call in called if call.function not in RUNNING]
    known = _known(assertions)
    merged, result = Merged(), Imported("assertions", "()", count=len(assertions))
    at_once = {call.at: call.function for call in assertions}
    # What is denied comes last, since nothing needs to be said where something else is there.
    for call in sorted(assertions, key=lambda one: one.function in _DENYING):
        try:
            found = list(_facts(call, known, merged))
            require_valid([fact for fact in found if not fact.path[-1].startswith(EXACT_IN)])
            merged.add(found, call.at)
        except Untaken as why:
            result.left.append(Left(call.at, call.function, str(why)))
    result.left += [Left(at, at_once[at], why) for at, why in everything(merged)]
    order = {call.at: place for place, call in enumerate(assertions)}
    result.left.sort(key=lambda one: order[one.at])
    result.data = shortened(merged.data())
    return result


_DENYING = frozenset(
    name for name, said in FUNCTIONS.items() if isinstance(said.what, dict) and "not" in said.what
) | {"has_pk"}


def _facts(call: Call, known: Known, merged: Merged) -> Iterator[Fact]:
    """Yield what a call says. Raises Untaken."""
    if call.doubt:
        raise Untaken(f"{call.doubt}; write what is meant, with `when:` or `xfail:` if need be")
    if call.function in SAID:
        yield from facts(call, SAID[call.function], known)
    elif call.function in special.SPECIAL:
        yield from special.facts(call, known)
    elif call.function in rows.ROWS:
        yield from rows.facts(call, merged.said)
    else:
        raise Untaken({**ASSERTIONS, **UNSAID}[call.function])


_KINDS = {
    "has_table": "tables",
    "has_foreign_table": "tables",
    "has_view": "views",
    "has_materialized_view": "materialized_views",
    "has_sequence": "sequences",
    "tables_are": "tables",
    "views_are": "views",
    "materialized_views_are": "materialized_views",
    "sequences_are": "sequences",
    "view_owner_is": "views",
    "materialized_view_owner_is": "materialized_views",
}
"""Functions that say of a relation what it is."""


def _known(assertions: Iterable[Call]) -> Known:
    """Return what is known of names before the first call is taken."""
    known = Known()
    for call in assertions:
        if call.function not in SAID:
            continue
        try:
            found = arguments(call, SAID[call.function].arguments)
            known.schemas |= {found.given[one] for one in ("schema", "space") if one in found}
            if call.function in _KINDS:
                named = found["tables"] if "tables" in found else [found["table"]]
                known.sections |= dict.fromkeys(named, _KINDS[call.function])
        except Untaken:
            continue
    return known
