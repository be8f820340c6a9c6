"""Words for those who run a service, and are let into the rows of all tenants."""

import re

OF_THE_HOUSE = re.compile(
    r"admin|moderator|super|staff|support|system|root|global|platform|service|internal|operator"
    r"|employee|god",
    re.IGNORECASE,
)
"""Found in names of tables and columns, and in roles."""
