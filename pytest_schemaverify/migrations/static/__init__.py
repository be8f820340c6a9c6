"""What migration files say, found by reading them: no database is asked."""

from .analysing import analyse
from .analysis import Analysis
from .kept import analysed
from .places import Place
from .routines import written as signature

__all__ = ["Analysis", "Place", "analyse", "analysed", "signature"]
