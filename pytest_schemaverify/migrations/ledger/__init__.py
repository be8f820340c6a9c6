"""The ledger: the table in which a migration tool lists what it has applied, beside the files."""

from .book import CONTENT, ORDER, Book, Line, book, chosen, columns
from .content import difference

__all__ = ["CONTENT", "ORDER", "Book", "Line", "book", "chosen", "columns", "difference"]
