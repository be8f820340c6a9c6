"""One file of expectations from its text to its results."""

from pathlib import Path

from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.database import Database
from pytest_schemaverify.verification.results import Results


class Verification:
    """A file of expectations: its contract, its database, and its results."""

    def __init__(
        self, path: Path, name: str, config: Config, line: Line | None = None,
        folders: Folders | None = None, text: str | None = None,
    ) -> None:  # fmt: skip
        """Read the file. Raises SpecError, or InternalError where reading it breaks.

        Messages call the file by `name`, `line` shows the step that takes long, and `folders` has
        the folders that the run has listed. A `text` stands for a file that is not written yet.
        """
        self.contract = Contract(path, name, config, folders, text)
        self.database = Database(self.contract, line)
        self.results = Results(self.contract, self.database)
