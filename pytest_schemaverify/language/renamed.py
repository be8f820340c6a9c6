"""Keys of the file that once had another name, so that a message can say the new one."""

RENAMED: dict[tuple[str | int, ...], tuple[str, str]] = {
    ("migrations", "baseline"): ("before", "the state before the first migration"),
    ("migrations", "at", "baseline"): ("before", "the moment before the first migration"),
}
"""The new name and what it stands for, by the path that was written."""


def renamed(*path: str | int) -> str:
    """Return what a key is called now; "" for a path that has no new name."""
    if path not in RENAMED:
        return ""
    new, what = RENAMED[path]
    return f"`{path[-1]}` is now `{new}`: {what}"
