"""What the bench keeps of earlier commits; `make bench` itself measures, and tests nothing."""

from pathlib import Path

from bench.history import FILE, PLOT, Measured, added, plot, read
from bench.plot import drawn


def test_the_picture_is_that_of_the_history() -> None:
    assert PLOT.read_text(encoding="utf-8") == plot(read())


def test_a_commit_that_is_measured_again_has_the_newer_ratio(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    *before, last = read(file)
    again = last._replace(ratio=9.87)
    other = Measured("1234abcd", "2026-12-01", "something new", 2.5)
    assert added([again, other], file) == [*before, again, other]
    assert read(file) == [*before, again, other]


def test_the_picture_has_a_line_for_each_row_and_a_dot_for_each_number() -> None:
    picture = drawn("title", {"start": {"a": 0.5, "b": 5}, "x < y": {"b": 2}})
    # Two of the rows, two that say which is which, and those of 0.5, 1, 2 and 5.
    assert picture.count("<polyline") == 2 + 2 + 4
    # The least is at the bottom, the most at the top, and 2 at log(2/0.5)/log(10) between them.
    assert [part.split("'/>")[0] for part in picture.split("<circle ")[1:]] == [
        "cx='60.0' cy='530.0' r='3' fill='none' stroke='hsl(0, 70%, 40%)",
        "cx='960.0' cy='50.0' r='3' fill='none' stroke='hsl(0, 70%, 40%)",
        "cx='960.0' cy='241.0' r='3' fill='none' stroke='hsl(51, 70%, 40%)",
    ]
    assert ">x &lt; y</text>" in picture
