"""Places of a file: the keys that lead to one, and where it is written."""

from collections.abc import Mapping

Path = tuple[str | int, ...]
Position = tuple[int, int] | tuple[int, int, str]
"""Line and column, both counted from 1; of an included file its name as well."""
Positions = Mapping[Path, Position]
Problem = tuple[Position, Path, str]
