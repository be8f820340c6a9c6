"""Functions as the server sees them: their bodies, and what they can be made to do."""

from .bodies import Checked, Wrong, checked

__all__ = ["Checked", "Wrong", "checked"]
