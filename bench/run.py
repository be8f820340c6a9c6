"""Compare the plugin with pgTAP and with pytest itself; prints a page and writes RESULTS.md."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench import history, migrations, parallel, report, startup
from bench.compare import compare
from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.settings.config import Config

DEBIAN = Path("/usr/lib/postgresql/15/bin")
"""The server for which Debian 12 packages pgTAP."""
RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "tables", nargs="*", type=int, help="numbers of tables (default: 20 200 2000)"
    )
    parser.add_argument(
        "--bin-dir",
        default=str(DEBIAN) if DEBIAN.is_dir() else "",
        help="programs of the server to use (default: Debian's PostgreSQL 15, or any)",
    )
    parser.add_argument(
        "--migrations",
        action="store_true",
        help="measure only files and backups; print it",
    )
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        files = migrations.measured(folder)
        if arguments.migrations:
            print("\n".join(report.of_files(files)))
            return
        once = startup.once(folder)
        ratios = parallel.ratios(folder / "parallel")
        with databases.start(Config(bin_dir=arguments.bin_dir)) as server:
            pgtap = _pgtap(server)
            sizes = [
                compare(server, tables, folder / str(tables), pgtap=bool(pgtap))
                for tables in sorted(arguments.tables or [20, 200, 2000])
            ]
            results = report.Results(server.version, pgtap, load, sizes, once, ratios, files)
    text = "\n".join(report.page(results)) + "\n"
    history.keep(results.ratios)  # before the page, which git would call a change
    RESULTS.write_text(text)
    print(text)


def _pgtap(server: Server) -> str:
    """Return the version of pgTAP; empty where it or pg_prove is not installed."""
    query = """
        select default_version from pg_catalog.pg_available_extensions where name = 'pgtap'
    """
    with databases.connect(server.dsn) as connection:
        found = connection.execute(query).fetchone()
    if found and shutil.which("pg_prove"):
        return str(found[0])
    print("pgTAP is not installed, so it is left out; see bench/README.md", file=sys.stderr)
    return ""
