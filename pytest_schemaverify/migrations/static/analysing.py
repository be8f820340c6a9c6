"""Migration files are read one after the other, then judged by the schema that the last leaves."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.static import dependents
from pytest_schemaverify.migrations.static.analysis import Analysis, within
from pytest_schemaverify.migrations.static.dependents import Unread
from pytest_schemaverify.migrations.static.interpreter import Pass
from pytest_schemaverify.migrations.static.lookup import Dangling
from pytest_schemaverify.migrations.static.vectors import Vector, vectors
from pytest_schemaverify.settings.garbage_collection import uncollected


@uncollected()  # trees have no circles, and looking for some takes a third of a large file's time
def analyse(
    before: Iterable[Migration], migrations: Iterable[Migration],
    new: Collection[Path] | None = None,
) -> Analysis:  # fmt: skip
    """Return what is wrong with migrations, after others that are not judged.

    Where `new` are paths, that is what concerns these files alone. Raises MigrationFailed for a
    file that cannot be read as text.
    """
    reading, judged = Pass(), tuple(migrations)
    for migration in before:
        reading.file(migration, judged=False)
    for migration in judged:
        reading.file(migration, judged=True)
    return ended(reading, judged, new)


def ended(reading: Pass, judged: Sequence[Migration], new: Collection[Path] | None) -> Analysis:
    """Return what was found in the files, with what the schema after the last one tells."""
    state, found = reading.state, reading.found
    order = {id(migration): index for index, migration in enumerate(judged)}
    functions = [f for overloads in state.functions.values() for f in overloads.values()
                 if id(f.place.migration.whole) in order]  # fmt: skip
    # PL/pgSQL looks names up when a function runs, so bodies are held against the final state.
    looked_at = functions
    if new is not None and not any(within(one.place, new) for one in state.gone.values()):
        # Nothing that they take away can be missing in a function of another file.
        looked_at = [one for one in functions if within(one.place, new)]
    dependents.in_functions(
        found.dangling, found.unchecked, functions, state, reading.dynamic, looked_at
    )
    found.vectors = list(vectors(state, functions))
    found.definers = [f for f in functions if f.definer and f.search_path is None]

    def in_order(one: Dangling | Unread | Vector) -> tuple[int, int]:
        return order.get(id(one.place.migration.whole), -1), one.place.offset

    found.dangling.sort(key=in_order)
    found.unchecked.sort(key=in_order)
    found.vectors.sort(key=in_order)
    found.definers.sort(key=lambda one: (order[id(one.place.migration.whole)], one.place.offset))
    found.tables = [
        table for table in state.relations.values()
        if table.kind in ("table", "partition") and id(table.place.migration.whole) in order
    ]  # fmt: skip
    return found if new is None else found.limited(new)
