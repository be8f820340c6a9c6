"""How a file says who may set a parameter."""

from pytest_schemaverify.catalog import Row, granted
from pytest_schemaverify.kinds.form import Form, Look
from pytest_schemaverify.kinds.platforms import of_platform_object


def _by_people(row: Row, look: Look) -> bool:
    """Return whether something is granted to a role that the platform has not made."""
    roles = granted(row.acl).keys() - {row.owner}
    return not all(of_platform_object("roles", (role,), look.platform) for role in roles)


FORM = Form(name=lambda row, look: str(row.name), there=_by_people)
