"""Keeps which credentials files have, so that the next run searches only those that have changed.

Of a file that is its digest, and of a credential what `Secret` has: no text of either.
"""

import pickle
from collections.abc import Iterator, Sequence
from hashlib import sha256

from pytest_schemaverify.databases import kept_files
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.static import kept
from pytest_schemaverify.migrations.static.secrets import Secret, secrets


def in_files(scripts: Sequence[Migration]) -> Iterator[tuple[Migration, Secret]]:
    """Yield the credentials of files, in their order, each with its file."""
    place = None
    if sum(len(one.text) for one in scripts) >= kept.SMALLEST:
        place = kept_files.place("secrets", scripts[0].path)
    content = None if place is None else kept_files.read(place)
    known: dict[bytes, list[Secret]] = {} if content is None else pickle.load(content)
    found: dict[bytes, list[Secret]] = {}
    for script in scripts:
        digest = sha256(script.text.encode("utf-8", "surrogateescape")).digest()
        if digest not in found:
            found[digest] = known[digest] if digest in known else [*secrets(script.text)]
        yield from ((script, one) for one in found[digest])
    if place is not None and found != known:
        kept_files.write(place, pickle.dumps(found))
