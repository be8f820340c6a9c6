"""Names are read as SQL reads them; values and versions compare as people mean them."""

import pytest

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.language import conditions, matchers
from pytest_schemaverify.sql import names, yaml_names

NAMES: dict[str, tuple[str, ...]] = {
    "users": ("users",),
    "Users": ("users",),
    '"Users"': ("Users",),
    "auth.users": ("auth", "users"),
    'auth . "a.b"': ("auth", "a.b"),
    '"say ""hi"""': ('say "hi"',),
    "größe$1": ("größe$1",),
    "ÄNNE": ("Änne",),  # the server folds A to Z only
    " padded ": ("padded",),
    "n" * 70: ("n" * 63,),
    "ü" * 40: ("ü" * 31,),  # 63 bytes would cut the 32nd letter in two
}


@pytest.mark.parametrize(("text", "parts"), NAMES.items(), ids=NAMES)
def test_a_name_is_folded_and_cut_as_the_server_does(text: str, parts: tuple[str, ...]) -> None:
    assert names.parts(text) == parts


@pytest.mark.parametrize("text", ["", "a b", "a.", ".a", "1a", '"open', '""', "a-b", "f()"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a name as SQL writes it"):
        names.parts(text)


def test_a_name_gets_the_schema_that_it_does_not_have() -> None:
    assert yaml_names.qualified("users", "app") == ("app", "users")
    assert yaml_names.qualified('auth."Users"', "app") == ("auth", "Users")
    with pytest.raises(ValueError, match="more parts than schema and name"):
        yaml_names.qualified("a.b.c", "app")


def test_a_column_has_no_schema() -> None:
    assert names.single('"line.no"') == "line.no"
    with pytest.raises(ValueError, match="has a dot"):
        names.single("line.no")


QUOTED = {
    "users": "users", "userId": '"userId"', "order": '"order"', "a b": '"a b"', "ü": '"ü"',
    'say "hi"': '"say ""hi"""', "a$b": '"a$b"', "1a": '"1a"', "name": "name", "user": '"user"',
    "values": '"values"',
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), QUOTED.items(), ids=QUOTED)
def test_a_name_is_printed_with_quotes_where_sql_needs_them(name: str, text: str) -> None:
    assert names.quoted(name) == text
    assert names.parts(text) == (name,)


LISTS = {
    "": [],
    "a": ["a"],
    "a, b": ["a", "b"],
    "numeric(10, 2), text[]": ["numeric(10, 2)", "text[]"],
    "lower(a, ','), \"b,c\" desc, 'd,''e'": ["lower(a, ',')", '"b,c" desc', "'d,''e'"],
}


@pytest.mark.parametrize(("text", "items"), LISTS.items(), ids=LISTS)
def test_a_list_is_split_outside_of_quotes_and_brackets(text: str, items: list[str]) -> None:
    assert names.split(text) == items


SIGNATURES: dict[str, tuple[str, tuple[str, ...] | None]] = {
    "search": ("search", None),
    "app.search()": ("app.search", ()),
    "search(text, numeric(10,2))": ("search", ("text", "numeric(10,2)")),
    '"odd (name"(text)': ('"odd (name"', ("text",)),
}


@pytest.mark.parametrize(("text", "signature"), SIGNATURES.items(), ids=SIGNATURES)
def test_a_signature_is_a_name_and_types(
    text: str, signature: tuple[str, tuple[str, ...] | None]
) -> None:
    assert names.signature(text) == signature


def test_a_signature_without_its_opening_bracket_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a function's signature"):
        names.signature("search)")


def test_masking_keeps_every_offset() -> None:
    text = """a 'b''c' (d "e") "f" g"""
    masked = names.masked(text)
    assert len(masked) == len(text)
    assert masked.replace("\x00", "") == "a    g"


NUMBERS: list[tuple[object, str, bool]] = [
    (5, "5", True), ("5", "5", True), (">= 5", "5", True), ("> 4, < 6", "5", True),
    ("!= 4", "5", True),
    ("<> 4", "5", True), ("== 5", "5", True), (16, "16", True), (5, "6", False), ("5", "50", False),
    (">= 5", "4", False), ("> 4, < 6", "6", False), ("!= 5", "5", False),
    # as decimals, and never part by part
    ("<= 0.15", "0.2", False), ("<= 0.1", "0.05", True), ("< 0.10", "0.9", False),
    (0.5, "0.50", True), ("= .5", "0.500", True), ("0.5", "00.5", True), (">= 0.9", "0.10", False),
    # with signs, exponents and separators
    ("< 0", "-2", True), ("> -5", "-4.5", True), (">=-5, < .5", "-5", True),
    ("> -5", "-5.1", False),
    ("= 0", "-0", True), ("= -0", "0", True), (">= +5", "5", True), ("= 1e3", "1000", True),
    ("< 1e3", "999.9", True), ("> 1e-3", "0.0009", False), (">= 1_000", "999", False),
    ("= 1_000", "1000", True), ("<= 1e300", "9" * 301, False), (f"> {'1' * 50}", "1" * 49, False),
    # what is no number is neither less nor greater
    (">= 0", "NaN", False), ("< 0", "NaN", False), ("!= 0", "NaN", True), ("= NaN", "nan", True),
    ("< inf", "1e300", True), (">= 0", "Infinity", True), ("<= 1e300", "inf", False),
    # words
    (True, "on", True), (True, "true", True), (False, "off", True), (True, "1", True),
    ("off", "false", True), ("auto", "AUTO", True), ("!= auto", "off", True),
    ("= Auto", "auto", True),
    (True, "off", False), (True, "0", False), ("16MB", "16", False), ("", "5", False),
    ("1,000", "1000", False), ("=> 2", "=> 2", True),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "actual", "holds"), NUMBERS, ids=str)
def test_numbers_compare_as_decimals(expected: object, actual: str, holds: bool) -> None:
    assert matchers.same(expected, actual) is holds


VERSIONS: list[tuple[str, str, bool]] = [
    ("0.8.0", "0.8", True), (">= 0.9", "0.10", True), (">= 0.8", "0.8.1", True),
    ("< 0.10", "0.9.9", True), ("> 1.9", "1.10", True), ("= 1.1", "1.10", False),
    ("2.15.0-dev", "2.15.0-dev", True), ("< 2.15", "2.15.0-dev", True),
    ("> 2.14.9", "2.15.0dev", True),
    ("0.8", "0.8.1", False), (">= 0.10", "0.9", False), (">= 2.15", "2.15.0-dev", False),
    ("v3", "3", True), (">= v3", "v12", True), ("< 16", "16beta1", True),
    (">= 16beta2", "16beta10", True),
    ("= 16", "16rc1", False), (">= 15.4", "15.10", True), ("> 15.04", "15.4", False),
    (">= 1.0.0", "1", True), ("unpackaged", "unpackaged", True),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "actual", "holds"), VERSIONS, ids=str)
def test_versions_compare_part_by_part(expected: str, actual: str, holds: bool) -> None:
    assert matchers.same(expected, actual, conditions.version) is holds


QUANTITIES: list[tuple[str, object, str, bool]] = [
    ("kB", "<= 64MB", "65536", True), ("kB", "64MB", "65536kB", True),
    ("kB", "< 64MB", "1GB", False),
    ("8kB", "= 16MB", "2048", True), ("ms", "<= 30s", "5000", True), ("ms", "> 30s", "1min", True),
    ("ms", "<= 30s", "30001", False), ("", "<= 0.5", "0.45", True), ("ms", 8000, "8s", True),
    ("", "<= 5s", "5MB", False), ("", "!= 5s", "5MB", True), ("ms", "= .5s", "500", True),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "expected", "actual", "holds"), QUANTITIES, ids=str)
def test_quantities_compare_in_the_unit_of_the_setting(
    unit: str, expected: object, actual: str, holds: bool
) -> None:
    assert matchers.same(expected, actual, conditions.quantity(unit)) is holds


def test_what_means_no_limit_is_below_no_number() -> None:
    assert not matchers.same("<= 50", "-1", endless=True)
    assert not matchers.same("> 5, < 50", "-1", endless=True)
    assert matchers.same("< 0", "-1", endless=True)
    assert matchers.same("= -1", "-1", endless=True)


TRUTHS = [("on", "1"), ("on", "t"), ("yes", "true"), ("0", "off"), ("f", "no"), ("false", "0")]


@pytest.mark.parametrize(("one", "other"), TRUTHS)
def test_a_truth_value_is_the_same_in_every_spelling(one: str, other: str) -> None:
    for expected, actual in ((one, other), (other, one)):
        assert matchers.same(expected, actual)
        assert not matchers.same(f"!= {expected}", actual)
    assert not matchers.same(one, {"0": "on", "1": "off"}.get(other, other + "x"))


NO_CONDITIONS: list[tuple[str, str]] = [
    ("=> 2", "5"), (">= many", "5"), (">=", "5"), ("< 5 > 2", "3"), (">= 2,", "5"),
    ("<= 16MB", "16MB"),
    ("< auto", "off"), (">= 1", "unknown"), (f">= {'1' * 5000}", "5"), (f"> 1.{'1' * 5000}", "5"),
    (">= 1.2.3", "5"), (">= 5, 6", "5"), ("> 1e9999999", "5"), (">= 1__0", "5"), (">= 0x10", "5"),
    ("> ٣", "5"), (">= 5%", "5"),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "actual"), NO_CONDITIONS, ids=str)
def test_what_is_no_condition_on_the_value_is_never_a_pass(expected: str, actual: str) -> None:
    with pytest.raises(CannotDetermine, match="is not a condition on such a value"):
        matchers.same(expected, actual)
