"""What migration files say, found by reading them: no database is asked."""

from .analysis import Analysis
from .interpreter import analyse
from .places import Place
from .routines import written as signature

__all__ = ["Analysis", "Place", "analyse", "signature"]
