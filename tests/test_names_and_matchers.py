"""Names are read as SQL reads them; values and versions compare as people mean them."""

import pytest

from pytest_schemaverify import matchers, names
from pytest_schemaverify.errors import CannotDetermine

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
    assert names.qualified("users", "app") == ("app", "users")
    assert names.qualified('auth."Users"', "app") == ("auth", "Users")
    with pytest.raises(ValueError, match="more parts than schema and name"):
        names.qualified("a.b.c", "app")


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


MATCHING: list[tuple[object, object]] = [
    (5, 5), ("5", 5), (">= 5", 5), ("> 4, < 6", 5), ("!= 4", 5), ("<> 4", 5), ("== 5", "5"),
    ("0.8.0", "0.8"), (">= 0.9", "0.10"), (">= 0.8", "0.8.1"), ("< 0.10", "0.9.9"),
    ("2.15.0-dev", "2.15.0-dev"), ("< 2.15", "2.15.0-dev"), ("> 2.14.9", "2.15.0dev"),
    (True, "on"), (True, "true"), (False, "off"), (True, "1"), ("off", "false"), (16, "16"),
    (0.5, "0.5"), ("auto", "AUTO"), ("!= auto", "off"),
]  # fmt: skip
NOT_MATCHING: list[tuple[object, object]] = [
    (5, 6), ("5", 50), (">= 5", 4), ("> 4, < 6", 6), ("!= 5", 5), ("0.8", "0.8.1"),
    (">= 0.10", "0.9"), (">= 2.15", "2.15.0-dev"), (True, "off"), (True, "0"), ("16MB", "16"),
    ("", 5), ("1,000", 1000),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "actual"), MATCHING, ids=str)
def test_a_value_matches(expected: object, actual: object) -> None:
    assert matchers.matches(expected, actual)


@pytest.mark.parametrize(("expected", "actual"), NOT_MATCHING, ids=str)
def test_a_value_does_not_match(expected: object, actual: object) -> None:
    assert not matchers.matches(expected, actual)


NO_CONDITIONS: list[tuple[str, object]] = [
    ("=> 2", 5), (">= many", 5), (">=", 5), ("< 5 > 2", 3), (">= 2,", 5), ("<= 16MB", "16MB"),
    ("< auto", "off"), (">= 1", "unknown"), (f">= {'1' * 5000}", 5), (f"> 1.{'1' * 5000}", 5),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "actual"), NO_CONDITIONS, ids=str)
def test_what_is_no_condition_on_the_value_is_never_a_pass(expected: str, actual: object) -> None:
    with pytest.raises(CannotDetermine, match="is not a condition on such a value"):
        matchers.matches(expected, actual)
