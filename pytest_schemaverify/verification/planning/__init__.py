"""The checks that a file of expectations plans, and what they need of a catalog."""

from .families import asked
from .planned import Managed, Planned, Under

__all__ = ["Managed", "Planned", "Under", "asked"]
