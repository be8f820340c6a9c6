"""Functions: what is wrong in their bodies, and what those who call them can make them do."""

from .body_checks import Checked, Wrong, checked
from .definers import Around, Definer, definers, tables_of
from .hidden_rows import Secrets, fill
from .injections import Injection, injected
from .leaks import Leak, Tried, tried
from .shadows import Shadow, shadowed
from .uncalled_functions import Uncalled
from .written_columns import Write, Written, written

__all__ = [
    "Around", "Checked", "Definer", "Injection", "Leak", "Secrets", "Shadow", "Tried", "Uncalled",
    "Write", "Written", "Wrong", "checked", "definers", "fill", "injected", "shadowed", "tables_of",
    "tried", "written",
]  # fmt: skip
