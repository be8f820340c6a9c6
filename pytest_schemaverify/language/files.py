"""Files of expectations on the disk: read to the byte, replaced at once, or shown as a patch."""

import difflib
import os
import re
import stat
import tempfile
from pathlib import Path

from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.settings import paths


class NotWritten(SchemaVerifyError):
    """A file cannot be written. It is as it was before."""

    code = 4


def exact(path: Path) -> str:
    """Return the text of a file with its line ends and the mark of the byte order.

    Raises NotWritten where it cannot be read.
    """
    try:
        return paths.content(path).decode()
    except OSError as error:
        raise _not_written(path, f"it cannot be read: {_reason(error)}", "") from None
    except UnicodeDecodeError as error:
        because = f"byte {error.start + 1:,} is not UTF-8"
        raise _not_written(path, because, "save the file as UTF-8") from None


def replaced(path: Path, before: str | bytes, after: str | bytes) -> None:
    """Replace the content of a file at once; of a link, that of the file behind it.

    The mode stays. Raises NotWritten where the file no longer has the content `before`, is
    read-only or stands in a folder that is; the file is as it was then.
    """
    file = paths.resolved(path)
    try:
        _check(file, path, _bytes(before))
        _replace(file, path, _bytes(before), _bytes(after))
    except OSError as error:
        remedy = "make room on the disk, or give yourself the right to write there"
        raise _not_written(path, _reason(error), remedy) from None


def patch(name: str, before: str, after: str) -> str:
    """Return the difference of two texts as `git apply` takes it, "" if there is none.

    `name` is the path of the file in the repository, with slashes.
    """
    if before == after:
        return ""
    # No splitlines(): in a patch only a line feed ends a line.
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    headed = difflib.unified_diff(old, new, _quoted(f"a/{name}"), _quoted(f"b/{name}"))
    return "".join(_whole(line) for line in headed)


def _check(file: Path, path: Path, before: bytes) -> None:
    """Raise NotWritten if a file may not be replaced."""
    if paths.content(file) != before:
        remedy = "run the command again: it then begins with what the file says now"
        raise _not_written(path, "it has changed since it was read", remedy)
    # To root everything is allowed, and still a file without the right was meant to stay.
    if not _writable(file):
        raise _not_written(path, "it is read-only", f"type `chmod u+w {path}` if it may change")
    if not _writable(file.parent):
        remedy = "the file is replaced by a new one there; give yourself the right to write"
        raise _not_written(path, f"its folder {file.parent} is read-only", remedy)


def _replace(file: Path, path: Path, before: bytes, after: bytes) -> None:
    status = file.stat()
    # In the same folder, because a file can be renamed within one file system only.
    number, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:100]}.", suffix=".new")
    new = Path(name)
    try:
        with os.fdopen(number, "wb") as opened:
            opened.write(after)
            opened.flush()
            _keep_owner(number, status)
            os.fchmod(number, stat.S_IMODE(status.st_mode))
            os.fsync(number)
        _check(file, path, before)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _keep_owner(number: int, status: os.stat_result) -> None:
    made = os.fstat(number)
    if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.fchown(number, status.st_uid, status.st_gid)
        except PermissionError:
            return  # as every editor does that saves like this


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and bool(path.stat().st_mode & 0o222)


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _not_written(path: Path, because: str, remedy: str) -> NotWritten:
    return NotWritten(f"writing {path}", because=because, remedy=remedy)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _whole(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _quoted(name: str) -> str:
    """Return a name for the head of a patch, as git writes and reads it."""
    if re.search(r'[\x00-\x1f\x7f"\\]', name):
        plain = {'"': '\\"', "\\": "\\\\"}
        return '"' + "".join(plain.get(one) or _visible(one) for one in name) + '"'
    return name


def _visible(character: str) -> str:
    return f"\\{ord(character):03o}" if ord(character) < 32 or character == "\x7f" else character
