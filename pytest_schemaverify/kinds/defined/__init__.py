"""Kinds of which a file says a name, what stands behind it in CREATE, an owner and a comment.

Each query of this folder is such a kind: its rows are read by `row.py`, and `model.py` has the key
of the file.
"""

import re
from collections.abc import Mapping
from functools import partial

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.keys import bare_pattern, in_schema, schema_pattern, single
from pytest_schemaverify.kinds.kind import Kind, Subject, as_written, with_schema, without_schema
from pytest_schemaverify.kinds.names_in_sql import type_or_none
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.sql.names import quoted

_LANGUAGE = " language "
_in_schema = partial(
    Kind, category="table structures", mark="types", key=in_schema, pattern=schema_pattern,
    own_name=with_schema, in_schemas=True,
)  # fmt: skip


def _type_and_language(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    type_, word, language = text.strip().rpartition(_LANGUAGE)
    if not word or not type_.strip():
        raise names.BadName(f"{text!r} is not a transform: `hstore language plpython3u`")
    return (f"{type_.strip()}{_LANGUAGE}{single(language, schema, None)[0]}",)


def _by_type(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    # The file may spell the type in any way that the server takes; the snapshot has its spelling.
    type_, word, language = subject.key[0].rpartition(_LANGUAGE)
    return catalog.find(subject.family, (f"{type_or_none(type_, server)}{word}{language}",))


def _transform(row: Row) -> str:
    return f"transform for {row.name}"


def _name_and_method(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    name, *method = re.split(r"\s+using\s+", text.strip(), maxsplit=1, flags=re.IGNORECASE)
    if not method:
        raise names.BadName(f"{text!r} has no method: `name using btree`")
    schema, name = yaml_names.qualified(name, schema)
    return (schema, f"{quoted(name)} using {quoted(method[0].lower())}")


def _own_name(row: Row) -> str:
    return f"{quoted(row.schema)}.{row.name}"


def _operator_family(row: Row) -> str:
    return f"operator family {_own_name(row)}"


FAMILIES: Mapping[str, Kind] = {
    one.families[0]: one
    for one in (
        _in_schema(noun="collation", families=("collations",)),
        _in_schema(noun="conversion", families=("conversions",)),
        _in_schema(
            noun="text search parser",
            families=("text_search_parsers",),
            statements=r"text\s+search\s+parser",
        ),
        _in_schema(
            noun="text search template",
            families=("text_search_templates",),
            statements=r"text\s+search\s+template",
        ),
        _in_schema(
            noun="text search dictionary",
            families=("text_search_dictionaries",),
            statements=r"text\s+search\s+dictionary",
        ),
        Kind(
            category="function security",
            mark="functions",
            noun="transform",
            families=("transforms",),
            key=_type_and_language,
            find=_by_type,
            shown=as_written,
            own_name=lambda row: str(row.name),
            in_sql=_transform,
        ),
        Kind(
            category="function security",
            mark="indexes",
            noun="operator family",
            families=("operator_families",),
            key=_name_and_method,
            shown=as_written,
            own_name=_own_name,
            in_sql=_operator_family,
            in_schemas=True,
        ),
        Kind(
            category="table structures",
            mark="tables",
            noun="access method",
            families=("access_methods",),
            key=single,
            pattern=bare_pattern,
            own_name=without_schema,
        ),
    )
}
