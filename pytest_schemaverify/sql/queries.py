"""Queries that are files of this package, beside the modules that ask them."""

from importlib import resources


def query(package: str, name: str) -> bytes:
    """Return a query of a package, without `.sql` behind its name."""
    return (resources.files(package) / f"{name}.sql").read_bytes()
