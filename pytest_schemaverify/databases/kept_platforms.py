"""Clusters that have a database of a platform ready, so that a platform is made once.

Making one like Supabase takes hundreds of statements, which are the same in each run.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from pytest_schemaverify.databases import scratch
from pytest_schemaverify.databases.binaries import Binaries, state
from pytest_schemaverify.databases.cache_folders import is_private
from pytest_schemaverify.databases.server import HERE, PLAIN, Supervised, Wish, supervised
from pytest_schemaverify.databases.supervisor import cluster, folders, linked_installation


@contextmanager
def started(
    binaries: Binaries,
    *,
    provider: str,
    wish: Wish = PLAIN,
    keep: bool = False,
    watch: bool = False,
) -> Iterator[Supervised]:
    """Start a disposable server as `supervised` does, with the wished platform ready if it is kept.

    If it is not, it is made and kept in the second run that finds the same cache: a machine that
    forgets the cache between two runs, as in a CI, would only lose time.
    """
    plain = replace(binaries, superuser=wish.superuser)
    place = archive(plain, wish.platform)
    lasting = place is not None and not place.exists() and plain.archive.exists()
    with supervised(
        binaries, provider=provider, wish=wish, keep=keep, platform=place, watch=watch
    ) as server:
        if place is not None and lasting:
            _keep(server, wish.platform, place, watch=watch)
        yield server


def archive(binaries: Binaries, platform: str) -> Path | None:
    """Return the file that keeps a cluster with a platform; None where there can be none.

    Its name depends on all that the plain cluster depends on, on the scripts of the platform, and
    on the extensions and stand-ins that these may create.
    """
    scripts, plain = scratch.scripts(platform), binaries.archive
    share = linked_installation.share(binaries.folder.resolve(), binaries.major)
    if not scripts or share is None or not is_private(plain.parent):
        return None
    own = [*scripts, *sorted((HERE / "stand_ins").iterdir())]
    parts = [plain.name, *(f"{path.name}\0{path.read_text('utf-8')}" for path in own)]
    for path in sorted((share / "extension").iterdir()):
        with suppress(OSError):  # a link that leads nowhere
            parts += [str(path), state(path.stat())]
    key = sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()
    return plain.with_name(f"{binaries.version}-{platform}-{key[:24]}.tar")


def _keep(server: Supervised, platform: str, place: Path, *, watch: bool) -> None:
    """Make the database of a platform, and keep the cluster as far as that is possible."""
    name = scratch.ready(platform)
    scratch.create(server.server, name=name, platform=platform, extensions={})
    with suppress(OSError), ExitStack() as temporary:
        unfinished = folders.make_locked(place.parent, temporary) / place.name
        if not server.copied(unfinished, watch=watch):
            cluster.publish(unfinished, place)
