"""Fixes of the database as a whole, which has another name the next time if it is disposable."""

import re

_OURS = re.compile(r"\bdatabase schemaverify_\w+", re.IGNORECASE)
_QUOTES = ("$fix$", "$sql$")


def of_any_database(fix: str) -> str:
    """Return a fix for the database that it is run in, where it names a disposable one.

    A statement that cannot be in a function, such as that for a tablespace, keeps the name.
    """
    alone = " set tablespace " in fix or any(one in fix for one in _QUOTES)
    if alone or not _OURS.search(fix):
        return fix
    text = _OURS.sub("database %1$I", fix.replace("%", "%%"))
    return (
        "do $fix$ begin execute pg_catalog.format(\n"
        f"$sql${text}$sql$, pg_catalog.current_database()); end $fix$;"
    )
