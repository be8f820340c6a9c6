"""Which statement of which file last changed each object.

Event triggers note each command on an object while the files are applied. At the end, the rows of
the catalog say by which command they were written, which tells apart the parts of a table. That is
exact for what DO blocks and functions do, too, and costs a part of applying the files. Not seen are
rows, roles and writes to the catalog itself.
"""

from .changes import Changed, History
from .notes import history
from .recorder import Recorder

__all__ = ["Changed", "History", "Recorder", "history"]
