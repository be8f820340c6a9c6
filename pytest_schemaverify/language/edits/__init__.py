"""Changes of a YAML text that touch no byte which they need not.

An edit is a splice at the marks of the nodes. Afterwards the file is read again: a change is made
only if the file then says exactly what was intended, and everything else as before.
"""

from .applying import applied, applied_where_possible
from .changes import Add, Append, Change, Put, Refused, Remove, target

__all__ = [
    "Add",
    "Append",
    "Change",
    "Put",
    "Refused",
    "Remove",
    "applied",
    "applied_where_possible",
    "target",
]
