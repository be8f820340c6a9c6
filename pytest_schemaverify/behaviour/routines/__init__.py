"""Functions as the server sees them: their bodies, and what they can be made to do."""

from .bodies import Checked, Wrong, checked
from .definers import Definer, definers, tables_of
from .injections import Injection, injected
from .leaks import Leak, Tried, tried
from .secrets import Secrets, fill
from .shadows import Shadow, shadowed
from .uncalled import Uncalled

__all__ = [
    "Checked", "Definer", "Injection", "Leak", "Secrets", "Shadow", "Tried", "Uncalled", "Wrong",
    "checked", "definers", "fill", "injected", "shadowed", "tables_of", "tried",
]  # fmt: skip
