"""How a policy is made: `alter policy` changes roles and expressions only, and takes none away."""

from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole


def _create(whole: Whole) -> str:
    said, roles = whole.said, whole.said.get("roles", "public")
    # A new row has no row that was there, and what writes none has nothing to check.
    command = said.get("command")
    if "using" in said and command == "insert":
        return ""
    if "with_check" in said and command in ("select", "delete"):
        return ""
    return words(
        f"create policy {whole.name} on {whole.table}",
        "" if said.get("permissive", True) else "as restrictive",
        whole.word("command", "for {}"),
        f"to {roles if isinstance(roles, str) else ', '.join(roles)}",
        whole.word("using", "using ({})"),
        whole.word("with_check", "with check ({})"),
    )


MAKING = Making(create=_create, risk="locks {table} while it is made")
