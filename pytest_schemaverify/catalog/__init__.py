"""One snapshot of a database's catalog, as plain values."""

from .model import Catalog, Families, Key, Row
from .privileges import granted, possible
from .reading import read
from .source import Rows, SameText

__all__ = ["Catalog", "Families", "Key", "Row", "Rows", "SameText", "granted", "possible", "read"]
