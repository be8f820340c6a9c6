"""Who reaches what, and how much the file says, as tables."""

from collections.abc import Iterator, Mapping, Sequence

from pytest_schemaverify.reports.formats.page.markup import Markup, tag, text
from pytest_schemaverify.reports.sections import Covered, Reach

COMMANDS = ("select", "insert", "update", "delete")
_REACH = {
    "refused": "refused", "nothing": "nothing", "own": "own", "some": "some", "all": "all",
    "error": "an error",
}  # fmt: skip


def access(cells: Sequence[Reach]) -> Markup:
    """Return the matrix: a row for each table and role, a column for each command."""
    rows: dict[tuple[str, str], dict[str, Reach]] = {}
    for cell in cells:
        rows.setdefault((cell.table, cell.role), {})[cell.command] = cell
    disagree = sum(bool(cell.seen) and not cell.agrees for cell in cells)
    wrong = f" {disagree} of them differ from what grants and policies say." if disagree else ""
    return tag(
        "div",
        tag("p", text(f"How far each role gets, found out by trying.{wrong}")),
        tag("div", table(("Table", "Role", *COMMANDS), _reaches(rows)), class_="wide matrix"),
    )


def table(head: Sequence[str], rows: Iterator[Markup]) -> Markup:
    """Return a table with a headline."""
    columns = [tag("th", text(name), scope="col") for name in head]
    return tag("table", tag("thead", tag("tr", *columns)), tag("tbody", *rows))


def _reaches(rows: Mapping[tuple[str, str], Mapping[str, Reach]]) -> Iterator[Markup]:
    before = ""
    for (name, role), cells in rows.items():
        shown = [_reach(cells.get(command)) for command in COMMANDS]
        # The name is in each row for those who hear the table, and seen once.
        inside = tag("code", text(name), class_="spoken" if name == before else False)
        first = tag("th", inside, scope="row")
        yield tag("tr", first, tag("td", text(role)), *shown, class_="first" * (name != before))
        before = name


def _reach(cell: Reach | None) -> Markup:
    if cell is None or not cell.seen:
        why = cell.untried if cell else ""
        return tag("td", text("not tried"), class_="reach untried", title=why or False)
    said = text(_REACH.get(cell.seen, cell.seen))
    if cell.agrees:
        return tag("td", said, class_=f"reach {cell.seen}", title=cell.reason)
    instead = tag("small", text(f" not {cell.computed}"))
    return tag(
        "td", tag("strong", text("✗ "), said), instead, class_="reach differs", title=cell.reason
    )


_LEVELS = {
    "nothing": "not named", "named": "only named", "attributes": "without their expressions",
    "expressions": "said as a whole",
}  # fmt: skip


def coverage(found: Mapping[str, Covered]) -> Markup:
    """Return how much the file says: a row for each kind of object."""
    whole = found.get("")
    said = f"{whole.percent} % of what there is" if whole else ""
    note = "Each object and each attribute counts; what is about security counts double."
    return tag(
        "div",
        tag("p", tag("strong", text(f"The file says {said}.")), text(f" {note}")),
        tag(
            "div",
            table(("Kind", "", "%", "said", "of", "objects"), map(_covered, *_rows(found))),
            class_="wide coverage",
        ),
    )


def _rows(found: Mapping[str, Covered]) -> tuple[list[str], list[Covered]]:
    kinds = [kind for kind in found if kind]
    return kinds, [found[kind] for kind in kinds]


def _covered(kind: str, one: Covered) -> Markup:
    levels = [f"{n:,} {_LEVELS.get(name, name)}" for name, n in one.levels.items() if n]
    return tag(
        "tr",
        tag("th", text(kind.replace("_", " ")), scope="row"),
        tag("td", bar(0, one.percent, 100, "said"), class_="bars"),
        *(tag("td", text(f"{n:,}"), class_="n") for n in (one.percent, one.said, one.there)),
        tag("td", text(", ".join(levels)), class_="words"),
    )


def bar(since: float, until: float, whole: float, class_: str) -> Markup:
    """Return a bar on an axis that has the length `whole`; texts beside it say the same."""
    width = max((until - since) * 1000 / whole, 2) if whole and until > since else 0
    start = min(since * 1000 / whole, 998) if whole else 0
    drawn = tag("rect", x=start, y=0, width=width, height=10, class_=class_)
    return tag(
        "svg", drawn, viewBox="0 0 1000 10", preserveAspectRatio="none", aria_hidden="true",
        class_="bar",
    )  # fmt: skip
