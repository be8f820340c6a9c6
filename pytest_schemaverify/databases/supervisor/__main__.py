"""Where `python -I -S FOLDER ORDER` begins.

The package is loaded without its parents, which would load half of site-packages.
"""

import sys
from importlib import import_module
from pathlib import Path

# Python puts FOLDER itself first, where `program` would be a module without a package and its
# relative imports would fail. One level up, the folder is a package of its own name.
sys.path[0] = str(Path(__file__).parent.parent)
import_module(f"{Path(__file__).parent.name}.program").main(sys.argv[1])
