"""Find objects in the catalog: those that a file names, those beside them, and domains."""

from dataclasses import replace
from fnmatch import fnmatchcase

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.kind import Kind, Subject, family_of, kind_of, own_word
from pytest_schemaverify.language import writing
from pytest_schemaverify.sql import names


def matching(catalog: Catalog, subject: Subject, parent: Subject | None) -> list[Subject]:
    """Return the objects that a pattern means, inside of a parent that is one object."""
    kind = kind_of(subject.family)
    if not names.is_pattern(subject.written):
        # The parent was found by a pattern, so its key stands in front here and not its name.
        around = parent.key[:1] if parent is not None and kind.beside else parent and parent.key
        key = (*around, subject.key[-1]) if around else subject.key
        return [replace(subject, key=key, parent=parent, wild=False)]
    inside = parent.key[:2] if parent is not None and not kind.beside else ()
    own = subject.key[len(inside) :]
    found: dict[tuple[str, ...], None] = {}
    for name in kind.families:
        for key, row in catalog.families[name].items():
            if not kind.has(row, parent) or _reserved(subject, key):
                continue
            # fnmatch() would fold letter case on some systems, and names of SQL differ in it.
            pairs = zip(key[len(inside) :], own, strict=False)  # a signature matches any
            if key[: len(inside)] == inside and all(fnmatchcase(*pair) for pair in pairs):
                found[key] = None
    return [replace(subject, key=key, parent=parent, wild=False) for key in sorted(found)]


def _reserved(subject: Subject, key: tuple[str, ...]) -> bool:
    """Return whether something is PostgreSQL's own, which a pattern means only if it says so."""
    reserved = kind_of(subject.family).reserved
    return reserved and key[0].startswith("pg_") and not subject.key[0].startswith("pg_")


def called(written: str, family: str, schema: str, parent: Subject | None) -> Subject:
    """Return the object, or the objects, that a name of the file means. Raises BadName."""
    known = family_of(family)
    # An operator may begin with the sign itself.
    signs = isinstance(known, Kind) and known.pattern is None
    bare = written if signs else written.removeprefix("~")
    if known is not None and known.pattern is not None and names.is_pattern(bare):
        return Subject(family, known.pattern(bare, schema, parent), written, parent, True)
    key = (known.key if known is not None else own_word)(bare, schema, parent)
    return Subject(family, key, written, parent, parent is not None and parent.wild)


def plainest(name: str, family: str, schema: str, parent: Subject | None) -> str:
    """Return a name as SQL has it without SQL's quotes, if it means the same object so."""
    bare = name.replace('"', "")
    try:
        same = bare != name and not (found := called(bare, family, schema, parent)).wild and (
            found.key == called(name, family, schema, parent).key
        )  # fmt: skip
    except names.BadName:
        return name
    return bare if same else name


def find(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    """Return the row of an object, if the database has it.

    Raises CannotDetermine for a name that means several objects: a function's that is overloaded,
    columns that have several foreign keys.
    """
    kind = kind_of(subject.family)
    if kind.find is not None:
        return kind.find(catalog, subject, server)
    for name in kind.families:
        row = catalog.find(name, subject.key)
        if row is not None and kind.has(row, subject.parent):
            return row
    return None


def others(catalog: Catalog, subject: Subject) -> list[str]:
    """Return the names of the objects of the same kind around an object."""
    kind = kind_of(subject.family)
    found = []
    for key, row in (one for name in kind.families for one in catalog.families[name].items()):
        if not kind.has(row, subject.parent) or key[: kind.around] != subject.key[: kind.around]:
            continue
        found.append(kind.own_name(row))
        if kind.row_kind == "foreign key":  # the file may have either name
            found.append(row.listed)
    return found


def typed(name: str, subject: Subject, schema: str) -> str:
    """Return the name of an object as it is typed in the place of a subject's."""
    return writing.key(plainest(name, subject.family, schema, subject.parent))


def same_letters(subject: Subject, there: list[str], schema: str) -> str:
    """Return a hint at an object whose name only SQL's quotes tell from that of a subject."""
    written = subject.written
    meant = (written, f"{subject.key[0]}.{written}", f"{schema}.{written}")
    same = next((name for name in there if name.replace('"', "") in meant), "")
    folds = "names fold to lower case without SQL's quotes"
    why = "a dot stands between schema and name" if "." in written else folds
    return f"there is {same}; {why}, so write {typed(same, subject, schema)}" if same else ""


def domain(catalog: Catalog, type_: str) -> Row | None:
    """Return the domain of that name, as format_type() prints it; None for another type."""
    if "." not in type_:
        return None  # one of the server's own
    try:
        row = catalog.find("types", names.parts(type_))
    except names.BadName:
        return None  # an array, or a type with a length
    return row if row is not None and row.kind == "domain" else None
