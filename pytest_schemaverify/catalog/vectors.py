"""The dimensions of pgvector's types.

https://github.com/pgvector/pgvector#reference
"""

import re

from .model import Catalog, Column

_VECTOR = re.compile(
    r'^(?:(?:\w+|"[^"]+")\.)?(?P<type>vector|halfvec|sparsevec)(?:\((?P<dimensions>\d+)\))?(?:\[\])*$'
)
UNDECLARED = 0
"""Dimensions of a column that takes vectors of any."""


def dimensions(column: Column, catalog: Catalog) -> int | None:
    """Return how many dimensions a vector column has; None when it holds no vectors.

    A domain over a vector type counts as one. `UNDECLARED` when the type names none.
    """
    text = column.type
    for _ in range(8):  # a domain may be over a domain
        match = _VECTOR.match(text)
        if match:
            return int(match["dimensions"] or UNDECLARED)
        domain = next(
            (
                row
                for (schema, name), row in catalog.families["types"].items()
                if row.kind == "domain" and text in (f"{schema}.{name}", name)
            ),
            None,
        )
        if domain is None:
            return None
        text = re.split(r" (?:not null|default|constraint) ?", domain.definition, maxsplit=1)[0]
    return None
