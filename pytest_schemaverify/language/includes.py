"""The paths of the files that a file of expectations includes."""

from .yaml import Composed, composed


def includes(text: str) -> list[str]:
    """Return the paths under `include` of a file, as written."""
    return paths_in(composed(text))


def paths_in(nodes: Composed) -> list[str]:
    """Return the same of a document."""
    written = nodes.head("include")
    listed = [written] if isinstance(written, str) else written
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
