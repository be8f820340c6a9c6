"""What migration files say, found by reading them: no database is asked."""

from .analysis import Analysis, analyse
from .places import Place

__all__ = ["Analysis", "Place", "analyse"]
