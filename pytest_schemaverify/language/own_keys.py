"""Keys of ours that stand beside names which the user chooses."""

EXACT = "exact"
"""The key beside names that says whether others may be there; in quotes of SQL it is a name."""
EXCEPT = "except"
"""Key of a matrix beside the tables: cells that it is not about, each with the reason."""


def named(name: str) -> str:
    """Return the name that a key of a mapping means, where a key of ours stands beside names."""
    return EXACT if name == f'"{EXACT}"' else name
