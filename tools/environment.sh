#!/bin/sh
# Makes .venv with everything that development needs. Usage: sh tools/environment.sh [python3.12]
set -eu
python=${1:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "pytest-schemaverify needs Python 3.11 or later; this is $("$python" --version 2>&1)." >&2
    echo "Name another one: make PYTHON=python3.12" >&2
    exit 1
}

# Debian and Ubuntu ship Python without ensurepip, which venv needs.
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq python3-venv
    else
        echo "Python's venv is not installed. Type: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi

"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
.venv/bin/python -m pip install --quiet --editable '.[embedded]' --group test --group lint
