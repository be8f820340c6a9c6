"""What a file says of the privileges on new objects."""

from typing import ClassVar

from pytest_schemaverify.kinds.grants.model import Grants


class DefaultGrants(Grants):
    """Privileges on objects that are yet to be made, by role; `public` stands for everyone."""

    part: ClassVar[str] = "default_grants"
