"""What a runner of migrations has written down, next to the files: by whom it was, and how."""

from .book import CONTENT, ORDER, Book, Line, book, chosen, columns
from .content import difference

__all__ = ["CONTENT", "ORDER", "Book", "Line", "book", "chosen", "columns", "difference"]
