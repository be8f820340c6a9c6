from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.setting import schemas
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: Function) -> Iterator[Finding]:
    """The function pins the declared search_path."""
    settings = dict(setting.split("=", 1) for setting in actual.settings)
    found = settings.get("search_path")
    if expected == "absent":
        if found is not None:
            yield Finding(
                expected="no search_path pinned",
                actual=_path_clause(found),
                fix=actual.altered("reset search_path"),
            )
    elif found is None or schemas(expected) != schemas(found):
        yield Finding(
            expected=_path_clause(expected),
            actual="no search_path pinned" if found is None else _path_clause(found),
            fix=actual.altered(f"set {_path_clause(expected)}"),
            hint=_quoted_whole(found or ""),
        )


def _path_clause(path: str) -> str:
    return f"search_path = {', '.join(map(quoted, schemas(path))) or repr('')}"


def _quoted_whole(found: str) -> str:
    # `set search_path = 'a, b'` is a list of one name; it is taken without a word.
    if not any("," in schema for schema in schemas(found)):
        return ""
    return "quoted as a whole, the list is one schema's name: nothing is found there"
