#!/bin/sh
# Makes .venv with what a user installs, from this checkout. Usage: sh tools/environment.sh [python3.12]
# `make .venv/made` adds what development needs.
set -eu
python=${1:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "pytest-schemaverify needs Python 3.11 or later; this is $("$python" --version 2>&1)." >&2
    echo "Name another one: make PYTHON=python3.12" >&2
    exit 1
}

# A pip that is there installs into the environment (from 22.3 on), for making one there takes a third of the time.
if "$python" -m pip --python "$python" --version >/dev/null 2>&1; then
    "$python" -m venv --without-pip .venv
else
    # Debian and Ubuntu ship Python without ensurepip, which venv needs for that.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -y -qq python3-venv
        else
            echo "Python's venv is not installed. Type: sudo apt-get install python3-venv" >&2
            exit 1
        fi
    fi
    "$python" -m venv .venv
    python=.venv/bin/python
fi
# Python compiles what it imports when it does; pip would compile everything.
"$python" -m pip --python .venv/bin/python --disable-pip-version-check install --quiet --no-compile --editable '.[embedded]'
