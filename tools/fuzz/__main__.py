"""Look for inputs that the product does not survive.

    python -m tools.fuzz                            an hour
    python -m tools.fuzz --seconds 60 --seed today  what CI does
    python -m tools.fuzz --seed today --only 4711   one input again, printed, in this process

Exit code 1 says that a problem was found; its input is printed, with the command that tries it
again. Add the shortest text that shows the problem to tests/data/fuzz.yaml: what is there is tried
first.
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from pytest_schemaverify import databases
from pytest_schemaverify.settings.config import Config
from tests.hostile.harm import prepared

from .inputs import made
from .loop import asks, fuzz, kind
from .trial import problem


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", default=time.strftime("%Y-%m-%d"), help="default: the date")
    parser.add_argument("--only", type=int, metavar="NUMBER")
    return parser.parse_args()


def main() -> int:
    """Return the exit code."""
    asked = _arguments()
    with TemporaryDirectory(dir="/tmp") as folder, databases.start(Config()) as server:
        dsn = prepared(server, "fuzzed", Path(folder))
        if asked.only is None:
            return _search(asked.seed, asked.seconds, dsn)
        tried = made(asked.seed, asked.only)
        print(tried, flush=True)
        wrong = problem(tried, dsn if asks(asked.only) else "")
    print(wrong or "nothing is wrong")
    return bool(wrong)


def _search(seed: str, seconds: float, dsn: str) -> int:
    print(f"fuzzing for {seconds:g} s, seed {seed}", flush=True)
    number, found = fuzz(seed, seconds, dsn)
    kinds: dict[str, list[int]] = {}
    for at, wrong in found.items():
        kinds.setdefault(kind(wrong), []).append(at)
    for first, *others in kinds.values():
        print(f"\n=== {len(others) + 1} times: {found[first].strip()}")
        print(f"{str(made(seed, first))[:2000]}")
        print(f"--- python -m tools.fuzz --seed {seed} --only {first}")
    print(f"\n{number} inputs tried; {len(kinds)} kinds of problems; seed {seed}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
