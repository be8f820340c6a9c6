"""Verify a PostgreSQL schema against a YAML file of expectations, as pytest items.

What these names are is the public interface for Python; everything below is private. For all else
there are the file of expectations, the options of pytest, the fixtures and the command.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_schemaverify.plugin.fixtures import ActAs, Database, DatabaseFactory

__all__ = ["ActAs", "Database", "DatabaseFactory", "__version__"]

__version__: str
"""The version of the installed distribution, which pyproject.toml says."""


def __getattr__(name: str) -> Any:
    # Every run of pytest imports this package, and most of them need none of the names.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":
        from importlib.metadata import version

        return version("pytest-schemaverify")
    from pytest_schemaverify.plugin import fixtures

    return getattr(fixtures, name)
