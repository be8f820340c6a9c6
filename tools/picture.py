"""Draw what a run prints in a terminal: README's example, with its colours, as docs/picture.svg.

python -m tools.picture    write the picture
"""

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs/picture.svg"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = "pytest -q"
WIDTH = 106

# Dark on light and light on dark alike: the picture has its own ground.
THEME = TerminalTheme(
    (27, 31, 36),
    (214, 219, 226),
    [(72, 79, 88), (255, 123, 114), (86, 211, 100), (227, 179, 65),
     (121, 192, 255), (210, 168, 255), (86, 212, 221), (214, 219, 226)],
    [(110, 118, 129), (255, 161, 152), (126, 231, 135), (242, 204, 96),
     (165, 214, 255), (226, 197, 255), (179, 240, 255), (255, 255, 255)],
)  # fmt: skip


def output() -> str:
    """Return what pytest prints of README's example, with colours, on 80 columns."""
    blocks: dict[str, str] = {}
    for kind, text in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")):
        blocks.setdefault(kind, text)
    # As in an environment that is switched on: a run names the command as it can be typed.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with TemporaryDirectory() as folder:
        migration = Path(folder, "migrations/001_memories.sql")
        migration.parent.mkdir()
        migration.write_text(blocks["sql"], encoding="utf-8")
        Path(folder, "expectations.yaml").write_text(blocks["yaml"], encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-m", *COMMAND.split(), "--color=yes", "-p", "no:cacheprovider"],
            cwd=folder,
            env={**os.environ, "PATH": path, "COLUMNS": "80", "PYTEST_ADDOPTS": ""},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        ).stdout


def drawn(printed: str) -> str:
    """Return an SVG of coloured output. It loads no font: the reader's monospace does."""
    text = Text.from_ansi(f"$ {COMMAND}\n{printed.rstrip()}")
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(text, no_wrap=True, overflow="ellipsis")
    svg = console.export_svg(title=COMMAND, theme=THEME, unique_id="run")
    svg = re.sub(r"\s*@font-face \{.*?\n    \}", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "ui-monospace").replace("<svg ", '<svg role="img" ', 1)


if __name__ == "__main__":
    PICTURE.write_text(drawn(output()), encoding="utf-8")
