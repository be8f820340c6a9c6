"""Expectations that a worker of pytest-xdist leaves to the controller without an item of each.

The controller makes and runs the items of what only compares. Where nothing looks at single ones
while a worker collects, their names are enough there; to make the items as well took a worker as
long as all else that it did before its first test.
"""

from collections.abc import Callable, Iterable, Iterator

import pytest

from pytest_schemaverify.plugin import internals, options
from pytest_schemaverify.verification.judging import of_files, only_compares
from pytest_schemaverify.verification.planning import Planned

Make = Callable[[Planned], pytest.Item]
"""Returns the item of an expectation."""

_SELECTING = ("keyword", "markexpr", "deselect", "lf", "failedfirst", "newfirst", "stepwise")
"""Options of pytest, as it calls them itself, that take or order single items."""
_HOOKS = ("pytest_make_collect_report", "pytest_itemcollected", "pytest_collection_modifyitems")
"""Hooks that see single items while they are collected."""
_MODULES = (internals.BUILTIN, *internals.XDIST, "pytest_schemaverify.")
"""Modules whose hooks have no use for the items of what only compares, without such options."""


class Unmade:
    """The expectations of which a worker has made no items."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._leaves = getattr(config, "workerinput", {}).get("schemaverify_leaves", False)
        self._found: list[tuple[pytest.File, Make, list[Planned]]] = []

    @property
    def ids(self) -> list[str]:
        """The ids that the items would have."""
        return [f"{file.nodeid}::{one.name}" for file, _, left in self._found for one in left]

    def items(
        self, file: pytest.File, every: Iterable[Planned], make: Make
    ) -> Iterator[pytest.Item]:
        """Yield items of the expectations of a file, in a worker only of those that it needs.

        The first of a file is one of them, and the first that needs a database: it may have to show
        why there is none.
        """
        if not self._leaves or selects(self._config):
            yield from map(make, every)
            return
        left: list[Planned] = []
        kinds = set()
        for planned in every:
            kind = of_files(planned.check)
            if kind in kinds and only_compares(planned.check):
                left.append(planned)
            else:
                kinds.add(kind)
                yield make(planned)
        self._found.append((file, make, left))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Make the items after all where something looks at them.

        Only now, because collecting loads more files conftest.py.
        """
        marked = any(node.own_markers for file, *_ in self._found for node in file.listchain())
        if marked or selects(self._config):
            items += self.made()

    def made(self) -> list[pytest.Item]:
        """Return the items of all of them: nobody else is to run them."""
        found, self._found = self._found, []
        made = [make(planned) for _, make, left in found for planned in left]
        for item in made:
            item.ihook.pytest_itemcollected(item=item)
        return made


def selects(config: pytest.Config) -> bool:
    """Return whether something may select, mark or order single expectations of a file."""
    return (
        any(getattr(config.option, name, None) for name in _SELECTING)
        or any("::" in str(argument) for argument in config.args)
        or bool(config.stash[options.CHOSEN].shard)
        or not internals.only(config, _MODULES, _HOOKS)
    )
