"""Which statement of which file last changed each object.

The files are applied once more, to a fresh database in which event triggers compare the catalog's
rows before and after every statement. That is exact for what DO blocks and functions do, too, and
costs little more than applying the files: nothing while everything holds, one replay for any
number of failures. Not seen are rows, roles, default privileges and writes to the catalog itself.
"""

from .changes import Changed, History
from .replay import Rebuilt, replay, replay_on

__all__ = ["Changed", "History", "Rebuilt", "replay", "replay_on"]
