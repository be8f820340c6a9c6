"""What migration files use of a platform and of extensions, and do not bring themselves."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from pytest_schemaverify.authoring.detection.words import Name, Words
from pytest_schemaverify.sql.tokens import closing, items, tokens

_AUTH = "users identities sessions uid() jwt() role() email()"
_STORAGE = "buckets objects foldername() filename() extension()"
_SUPABASE = frozenset(
    (schema, name)
    for schema, names in (
        ("auth", _AUTH),
        ("storage", _STORAGE),
        ("realtime", "messages topic() send() broadcast_changes()"),
        ("vault", "secrets decrypted_secrets create_secret() update_secret()"),
    )
    for name in names.split()
)
"""What Supabase has in its schemas; functions are told from columns of a table that is called so by
their brackets."""
_SUPABASE_ROLES = frozenset({
    "anon", "authenticated", "service_role", "supabase_admin", "supabase_auth_admin",
})  # fmt: skip
_BEFORE_ROLES = frozenset({"to", "from", "role"})

_GIVEN = {"supabase": frozenset({"uuid-ossp", "pgcrypto", "pg_stat_statements", "supabase_vault"})}
"""Extensions that a disposable database of a platform has from the start."""
_GIVEN_SCHEMAS = {
    "supabase": frozenset({
        "_realtime", "auth", "extensions", "graphql", "graphql_public", "pgbouncer", "pgsodium",
        "pgsodium_masks", "realtime", "storage", "supabase_functions", "supabase_migrations",
        "vault",
    })
}  # fmt: skip
"""Schemas that it has, besides those of the server."""


def _each(extension: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), extension)


_TYPES = {
    **_each("vector", "vector halfvec sparsevec"),
    **_each("citext", "citext"),
    **_each("hstore", "hstore"),
    **_each("ltree", "ltree lquery ltxtquery"),
    **_each("postgis", "geometry geography"),
    **_each("cube", "cube"),
}
_FUNCTIONS = {
    **_each("uuid-ossp", "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuid_generate_v5"),
    **_each("pgcrypto", "crypt gen_salt gen_random_bytes digest hmac pgp_sym_encrypt"
            " pgp_sym_decrypt pgp_pub_encrypt pgp_pub_decrypt"),
    **_each("pg_trgm", "similarity word_similarity strict_word_similarity show_trgm"),
    **_each("unaccent", "unaccent"),
    **_each("fuzzystrmatch", "levenshtein soundex metaphone dmetaphone daitch_mokotoff"),
    **_each("postgis", "st_makepoint st_setsrid st_dwithin st_distance st_intersects st_contains"),
    **_each("earthdistance", "ll_to_earth earth_distance earth_box"),
    **_each("tablefunc", "crosstab"),
    **_each("timescaledb", "create_hypertable"),
}  # fmt: skip
_SIGNING = _each("pgjwt", "sign")
"""Functions that the server has, too, but with one argument only."""
_CLASSES = {
    **_each("pg_trgm", "gin_trgm_ops gist_trgm_ops"),
    **{
        f"{kind}_{distance}_ops": "vector"
        for kind in ("vector", "halfvec", "sparsevec")
        for distance in ("l2", "ip", "cosine", "l1")
    },
}
"""Operator classes, which are named nowhere but in an index."""
_METHODS = _each("vector", "hnsw ivfflat")
_SCHEMAS = {"cron": "pg_cron", "net": "pg_net", "pgmq": "pgmq"}
"""Extensions that have a schema of their own, by its name."""

_NO_TYPE_BEHIND = frozenset({
    "and", "as", "by", "case", "column", "distinct", "domain", "drop", "else", "exists",
    "extension", "from", "function", "group", "index", "into", "join", "not", "on", "only", "or",
    "order", "rename", "returning", "schema", "select", "set", "table", "then", "to", "update",
    "using", "when", "where",
})  # fmt: skip
"""Words behind which a name is none of a type, but for what the next token says."""
_BEHIND_TYPE = frozenset({
    "", ",", ")", ";", "(", "[", "array", "check", "collate", "constraint", "default", "generated",
    "not", "null", "primary", "references", "unique", "using",
})  # fmt: skip


class Used(NamedTuple):
    """An extension that must be there before the files: which one, in which schema, and why."""

    extension: str
    schema: str
    """The schema that the files name; "" if they name none."""
    because: str
    """Where that shows."""


def of_supabase(words: Words) -> Name | None:
    """Return the first name that only a database of Supabase has, unless the files create it."""
    return next((name for name in words.names if _is_supabase(name, words)), None)


def _is_supabase(name: Name, words: Words) -> bool:
    *schema, last = name.parts
    if not schema:
        named = last in _SUPABASE_ROLES and name.before in _BEFORE_ROLES
        return named and not words.creates("role", last) and not words.creates("user", last)
    pair = (schema[-1], f"{last}()" if name.called else last)
    return pair in _SUPABASE and not _is_own(schema[-1], words)


def _is_own(schema: str, words: Words) -> bool:
    """Return whether a schema is the files' own: Supabase lets nobody create tables in its."""
    made = words.created.get("table", ())
    return words.creates("schema", schema) or any(one.startswith(f"{schema}.") for one in made)


def extensions(words: Words, platform: str) -> Iterator[Used]:
    """Yield the extensions that must be there before the files, each with its evidence.

    Files use them, and neither the files nor the platform create them; or files create them in a
    schema that is not there, as a dump of a hosted database does.
    """
    given = _GIVEN.get(platform, frozenset())
    seen: set[str] = set()
    for name in words.names:
        for extension in _extension(name, words):
            known = extension in seen or extension in given
            if not known and not words.creates("extension", extension):
                schema = name.parts[-2] if len(name.parts) > 1 else ""
                of_its_own = extension in _SCHEMAS.values()
                what = ".".join(name.parts) if name.parts[-1] in _TYPES else str(name)
                because = f"{name.place} uses {what}, and no file creates the extension"
                yield Used(extension, "" if of_its_own else schema, because)
            seen.add(extension)
    there = {"public", "pg_catalog", *_GIVEN_SCHEMAS.get(platform, ())}
    for extension, name in words.placed.items():
        schema = name.parts[-1]
        if schema not in there and not words.creates("schema", schema) and extension not in given:
            because = f"{name.place} creates it in the schema {schema}, which no file creates"
            yield Used(extension, schema, because)


def _extension(name: Name, words: Words) -> Iterable[str]:
    """Return the extension that a name comes from, if it comes from one."""
    last = name.parts[-1]
    schema, inside = name.parts[0], name.called or name.before in ("from", "into", "update")
    if len(name.parts) == 2 and inside and schema in _SCHEMAS:
        return () if words.creates("schema", schema) else (_SCHEMAS[schema],)
    if name.parts[:-1] not in ((), ("public",), ("extensions",)):
        return ()
    return (known[last] for known, is_one in _TELLING if last in known and is_one(name, words))


def _is_type(name: Name, words: Words) -> bool:
    if words.creates("type", name.parts[-1]) or words.creates("domain", name.parts[-1]):
        return False
    if name.before == "::":
        return True
    word = name.before.isidentifier() and name.before not in _NO_TYPE_BEHIND
    quoted = name.before.startswith('"')
    return (word or quoted) and name.after in _BEHIND_TYPE


def _is_function(name: Name, words: Words) -> bool:
    return name.called and not any(
        words.creates(kind, name.parts[-1]) for kind in ("function", "procedure", "table")
    )


def _has_arguments(name: Name, words: Words) -> bool:
    if not _is_function(name, words):
        return False
    found = tokens(name.migration.text[name.offset : name.offset + _LONGEST_CALL])
    opened = next((at for at, token in enumerate(found) if token.text == "("), len(found))
    return len(items(found[opened + 1 : closing(found, opened)])) > 1


_LONGEST_CALL = 1000
"""Characters of a call that are looked at."""
_TELLING: tuple[tuple[Mapping[str, str], Callable[[Name, Words], bool]], ...] = (
    (_TYPES, _is_type),
    (_FUNCTIONS, _is_function),
    (_SIGNING, _has_arguments),
    (_CLASSES, lambda name, words: True),
    (_METHODS, lambda name, words: name.before == "using"),
)
"""Names of extensions, and whether a name that is spelled so is one."""
