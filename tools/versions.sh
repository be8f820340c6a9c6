#!/usr/bin/env bash
# The catalog reader, all pages and the comparison on every version of PostgreSQL that we support.
# Usage: bash tools/versions.sh   Exit status 75: all that could be had is fine, and not every version could.
set -euo pipefail

pytest=".venv/bin/python -m pytest -q"
status=0
folders=$(.venv/bin/python -m tools.versions) || status=75
seen=18 # whose catalogs and pages `make test` has read
for folder in $folders; do
    "$folder/postgres" --version
    major=$("$folder/postgres" --version | grep -o '[0-9][0-9]*' | head -1)
    pages=
    case " $seen " in
    # A second build of a major version has the same catalogs and prints the same texts. Only its pgvector is new.
    *" $major "*) [ "$major" = 18 ] || [ ! -e "$folder/../share/postgresql/extension/vector.control" ] || pages=tests/test_check_pages.py ;;
    *) pages="tests/test_check_pages.py tests/canonical/test_contexts.py tests/canonical/test_dumped.py
        tests/rehearsal/test_judged.py tests/rehearsal/test_unknown_kinds.py"
        # These take longest, and what they compare changes slowly: the oldest, the middle one, and the one before the newest.
        case "$major" in 13 | 15 | 17)
            pages="$pages tests/canonical/test_pairs.py tests/migrations/static/test_costs_of_alter_table.py" ;;
        esac ;;
    esac
    seen="$seen $major"
    [ -z "$pages" ] || $pytest -n auto $pages --test-bin-dir="$folder"
    $pytest tests/databases/test_contract.py tests/databases/test_supabase.py tests/databases/test_stand_ins.py -k local --test-bin-dir="$folder"
    $pytest tests/databases/test_local.py --test-bin-dir="$folder"
done
if [ "$status" != 0 ]; then
    printf '\n!!! %s\n\n' 'NOT EVERY VERSION OF POSTGRESQL COULD BE TRIED (see above)' >&2
fi
exit "$status"
