"""How a file says what a function is."""

from pytest_schemaverify.canonical import body_hash
from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import ABSENT, Form, Look, Said, as_file, pairs
from pytest_schemaverify.kinds.functions.arguments import shown
from pytest_schemaverify.kinds.spelling import type_of


def _name(row: Row, look: Look) -> str:
    """Return the name of a function, with the types of its arguments where it is overloaded."""
    name = look.name(row.schema, row.name)
    same = look.inside("functions", (row.schema, row.name))
    return f"{name}({row.arguments})" if len(same) > 1 else name


def _arguments(row: Row, look: Look) -> list[str]:
    return [shown(one) for one in row.parameters if one.mode != "table"]


def _returns(row: Row, look: Look) -> str | None:
    return row.returns or None  # a procedure returns nothing


def _search_path(row: Row, look: Look) -> str:
    return pairs(row.settings).get("search_path", ABSENT)


def _settings(row: Row, look: Look) -> dict[str, str]:
    return {name: value for name, value in pairs(row.settings).items() if name != "search_path"}


def _body(row: Row, look: Look) -> str | None:
    return body_hash(row.source) if row.kind != "aggregate" else None


def _cost(said: Said) -> int:
    """Return the cost that PostgreSQL assumes: 1 for its own languages, 100 for all others."""
    return 1 if said.get("language") in ("c", "internal") else 100


def _rows(said: Said) -> int:
    returns = str(said.get("returns", "")).lower()
    return 1000 if returns.startswith(("setof ", "table(")) else 0


def _spelled_returns(value: str, look: Look) -> str:
    found = value.replace("TABLE(", "table (").replace("SETOF ", "setof ")
    return type_of(found, look)


FORM = Form(
    values={
        "arguments": _arguments, "returns": _returns, "search_path": _search_path,
        "settings": _settings, "body": _body,
        "support": lambda row, look: as_file(look.bare(row.support)),
        "language": lambda row, look: row.language if row.kind != "aggregate" else None,
    },
    usual={
        "kind": "function", "security": "invoker", "volatility": "volatile", "parallel": "unsafe",
        "returns": None, "language": None, "cost": _cost, "rows": _rows, "body": None,
        "grants": {"public": ["execute"]},
    },
    # What a function may be executed by follows from its grants and memberships of roles.
    left=frozenset({"execute", "overloads"}),
    said_by={"grants": "execute"},
    expressions=frozenset({"body"}),
    spelled={
        "returns": _spelled_returns,
        "arguments": lambda found, look: [type_of(one, look) for one in found],
    },
    name=_name,
)  # fmt: skip
