"""Lines on a logarithmic scale, as SVG.

A library would be longer to describe than this is: pygal changes how Python imports while tests
run, and matplotlib is 150 MB for one picture.
"""

import math
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

_LEFT, _TOP, _WIDTH, _HEIGHT = 60, 50, 900, 480
"""Where the lines are drawn, in pixels."""
_LINE = 20
"""Pixels from a line of text to the next."""
_HUES = 7
"""Colours; the rows behind them have other dashes."""
_DASHES = ("", "6 3", "2 3")


def drawn(title: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    """Return the picture of positive numbers by row and column; a row may lack columns."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    numbers = [number for row in rows.values() for number in row.values()]
    least, most = math.log10(min(numbers)), math.log10(max(numbers))
    step = _WIDTH / max(1, len(columns) - 1)

    def x(column: str) -> float:
        return _LEFT + step * columns.index(column)

    def y(number: float) -> float:
        share = (math.log10(number) - least) / ((most - least) or 1)
        return _TOP + _HEIGHT * (1 - share)

    bottom = _TOP + _HEIGHT + 110
    parts = [_text(_LEFT, 25, title, "font-size='16'")]
    for number in _ticks(least, most):
        parts.append(_path([(_LEFT, y(number)), (_LEFT + _WIDTH, y(number))], "stroke='#ddd'"))
        parts.append(_text(_LEFT - 8, y(number) + 4, f"{number:g}", "text-anchor='end'"))
    for column in columns:
        turned = f"transform='rotate(35 {x(column):.0f} {_TOP + _HEIGHT + 18})'"
        parts.append(_text(x(column), _TOP + _HEIGHT + 18, column, turned))
    for index, (row, by_column) in enumerate(rows.items()):
        style = _style(index)
        points = [(x(column), y(by_column[column])) for column in columns if column in by_column]
        parts.append(_path(points, style))
        parts += [f"<circle cx='{a:.1f}' cy='{b:.1f}' r='3' {_colour(index)}/>" for a, b in points]
        left, top = _LEFT + _WIDTH / 2 * (index % 2), bottom + _LINE * (index // 2)
        parts.append(_path([(left, top), (left + 30, top)], style))
        parts.append(_text(left + 40, top + 4, row, ""))
    height = bottom + _LINE * (len(rows) // 2 + 1)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1080 {height}' "
        "font-family='sans-serif' font-size='12'>\n<rect width='100%' height='100%' fill='#fff'/>\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _ticks(least: float, most: float) -> Iterator[float]:
    """Yield 1, 2 and 5 of each power of ten between two logarithms."""
    for power in range(math.floor(least), math.ceil(most) + 1):
        for digit in (1, 2, 5):
            if least <= math.log10(digit) + power <= most:
                yield digit * 10.0**power


def _style(index: int) -> str:
    dash = _DASHES[index // _HUES % len(_DASHES)]
    return _colour(index) + (f" stroke-dasharray='{dash}'" if dash else "")


def _colour(index: int) -> str:
    return f"fill='none' stroke='hsl({360 * (index % _HUES) // _HUES}, 70%, 40%)'"


def _path(points: list[tuple[float, float]], style: str) -> str:
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f"<polyline points='{listed}' {style}/>"


def _text(x: float, y: float, text: str, more: str) -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' {more}>{escape(text)}</text>"
