"""A pytest plugin that collects as many items that do nothing as a file `*.noop` says."""

from collections.abc import Iterator
from pathlib import Path

import pytest


class Item(pytest.Item):
    """Passes."""

    def runtest(self) -> None:
        """Do nothing."""

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where it is, as every item has to."""
        return self.path, 0, self.name


class File(pytest.File):
    """Holds the number of items."""

    def collect(self) -> Iterator[Item]:
        """Yield the items, with names about as long as the plugin's."""
        for number in range(int(self.path.read_text())):
            yield Item.from_parent(self, name=f"tables.t{number:05d}.columns.created_at::type")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> File | None:
    """Collect such files."""
    return File.from_parent(parent, path=file_path) if file_path.suffix == ".noop" else None
