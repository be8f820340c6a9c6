"""Where `python -I -S FOLDER ORDER` begins.

The package is loaded without its parents, which would load half of site-packages.
"""

import sys
from importlib import import_module
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)
import_module(f"{Path(__file__).parent.name}.program").main(sys.argv[1])
