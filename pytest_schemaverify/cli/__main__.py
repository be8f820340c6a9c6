"""`python -m pytest_schemaverify.cli` is the command `schemaverify`."""

import sys

from pytest_schemaverify.cli.command import main

sys.exit(main())
