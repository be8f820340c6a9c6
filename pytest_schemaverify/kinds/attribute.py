"""A check that compares one attribute of an object's row with the value in the file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means, whole
from pytest_schemaverify.language import conditions, matchers
from pytest_schemaverify.sql.names import literal, quoted


def either(word: str) -> Mapping[bool, str]:
    """Return the texts for an attribute that is true or false: `enforced`, `not enforced`."""
    return {True: word, False: f"not {word}"}


def _unchanged(value: Any) -> Any:
    return value


def _empty(value: Any) -> bool:
    return value is None or value in ("", ())


Fix = Callable[[Row, Any], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """The properties of a check of one attribute; the rest is the same for all of them."""

    summary: str
    """A sentence that is true of a healthy database."""
    field: str = ""
    """Field of the row; by default it is called like the check."""
    fix: str | Fix | Mapping[Any, str | Fix] = ""
    """Statement that makes it so, or a function that returns one, for each expected value or for
    all; see `filled`."""
    reset: str = ""
    """Statement that makes the value empty, where that is another one."""
    since: int = 0
    """The first version of PostgreSQL that knows the statement."""
    shown: str | Mapping[Any, str] = "{}"
    """The value as a finding shows it: a text with `{}`, or a text for each value."""
    nothing: str = ""
    """The row's empty value as a finding shows it; `absent` in the file stands for it."""
    endless: int | None = None
    """The number that stands for no limit: it is not below any other."""
    version: bool = False
    """Whether it is a version, on which there may be conditions."""
    read: Callable[[Any], Any] = _unchanged
    """Turns the value in the file into that of a row: `as_name` for names."""
    names: bool = False
    """Whether it names another object, which the file may do without its schema."""

    def check(self, field: str) -> Callable[..., Iterator[Finding]]:
        """Return the check of a field of the row."""
        if self.names:
            return self._check_of_name(field)

        def check(expected: Any, actual: Row, catalog: Catalog) -> Iterator[Finding]:
            found = getattr(actual, field)
            absent = bool(self.nothing) and expected == "absent"
            wanted = "" if absent else self.read(expected)
            if found == wanted or (absent and _empty(found)):
                return
            condition = self.version and conditions.is_condition(wanted)
            if condition and found and matchers.same(wanted, found, conditions.version):
                return
            # A condition such as `>= 1.9` names no value that a statement could set.
            template = "" if condition else self._template(actual, wanted, catalog)
            yield Finding(
                expected=self.text(wanted),
                actual=self.text(found),
                unlike=condition and not found,
                fix=filled(template, actual, wanted),
            )

        return check

    def _check_of_name(self, field: str) -> Callable[..., Iterator[Finding]]:
        def check(expected: str, actual: Row, schema: str, catalog: Catalog) -> Iterator[Finding]:
            found = getattr(actual, field)
            if not means(expected, found, schema):
                absent = bool(self.nothing) and expected == "absent"
                wanted = "" if absent else expected
                value = whole(wanted, schema, catalog)
                fix = filled(self._template(actual, value, catalog), actual, value)
                yield Finding(expected=self.text(wanted), actual=self.text(found), fix=fix)

        return check

    def _template(self, row: Row, wanted: Any, catalog: Catalog) -> str:
        if catalog.version < self.since * 10_000:
            return ""
        if self.reset and _empty(wanted):
            return self.reset
        fix = self.fix.get(wanted, "") if isinstance(self.fix, Mapping) else self.fix
        return fix(row, wanted) if callable(fix) else fix

    def text(self, value: Any) -> str:
        """Return a value as a finding shows it."""
        if self.nothing and _empty(value):
            return self.nothing
        if not isinstance(self.shown, str):
            return self.shown[value]
        return self.shown.format(str(value).lower() if isinstance(value, bool) else value)


def filled(template: str, row: Row, value: Any) -> str:
    """Return a template of SQL with its places filled.

    `{object}` is the object with its schema, `{table}` the table that it belongs to, `{name}` its
    own name, `{role}` and `{domain}` what it is about, `{row.…}` another field of its row;
    `{value}` is the expected value as it is, `{identifier}` as a name of SQL and `{literal}` as a
    text of SQL.
    """
    if not template:
        return ""
    # format() wants a value for every place that a template may have, and rows differ in their
    # fields.
    schema = [row.schema] if "schema" in row._fields else []
    table = [row.table] if "table" in row._fields else []
    text = "" if value is None else str(value)
    return template.format(
        object=quoted(*schema, row.name) if "name" in row._fields else "",
        table=quoted(*schema, *table),
        name=quoted(row.name) if "name" in row._fields else "",
        domain=quoted(*schema, row.domain) if "domain" in row._fields else "",
        role=quoted(row.role) if "role" in row._fields else "",
        row=row,
        value=text.lower() if isinstance(value, bool) else text,
        identifier=quoted(text) if text else "",
        literal=literal(text),
    )
