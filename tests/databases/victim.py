"""A program that starts a server, tells where it is and waits; tests end it in every way.

Arguments: the folder of PostgreSQL's programs; `keep` for a server that is to stay; `fork` for
a child process that inherits every open file and lives on.
"""

import json
import os
import sys
import time
from pathlib import Path

from pytest_schemaverify.databases import connect
from pytest_schemaverify.databases.binaries import inspect
from pytest_schemaverify.databases.server import supervised

with supervised(
    inspect(Path(sys.argv[1])), provider="victim", places=(), keep="keep" in sys.argv[2:]
) as started:
    server = started.server
    with connect(server.dsn) as connection:
        connection.execute("select 1")
    if "fork" in sys.argv[2:] and os.fork() == 0:
        time.sleep(60)
        os._exit(0)
    print(json.dumps({"dsn": str(server.dsn), "notes": server.notes}), flush=True)
    sys.stdin.read()
