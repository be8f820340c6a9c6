"""What the server finds only when a statement runs: a name with two meanings, a key that lacks.

Both are told of statements that the server has parsed, with values in place of variables; a name of
a variable that is left in one is a column's.
"""

import json
from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import Refused
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.statements import Tree, walk
from pytest_schemaverify.sql.tokens import spans

from .nodes import relation_name, trees
from .variables import Scopes, refusal, seen

_MODES = """
select coalesce(p.proargnames, '{}'), coalesce(p.proargmodes::text[], '{}')
from pg_catalog.pg_proc as p
where p.prokind = 'p' and p.proname = (pg_catalog.parse_ident($1))[
    pg_catalog.array_upper(pg_catalog.parse_ident($1), 1)]
  and (pg_catalog.array_length(pg_catalog.parse_ident($1), 1) = 2 or
    pg_catalog.pg_function_is_visible(p.oid))
"""
"""Names and modes of the arguments of procedures, by name."""
_DEFERRABLE = """
select from pg_catalog.pg_index as i join pg_catalog.pg_class as c on c.oid = i.indexrelid
where i.indrelid = pg_catalog.to_regclass($1) and not i.indimmediate
  and (c.relname = any ($2::text[]) or $2::text[] = '{}')
"""


def ambiguous(text: str, scopes: Scopes, reader: Reader) -> Iterator[str]:
    """Yield the names in a statement that are both a column and a variable."""
    for tree in trees(text):
        by_output = {*_by_output(tree.node), *_grouped(text, tree, reader)}
        for key, node in walk({tree.kind: tree.node}):
            if key == "ColumnRef" and id(node) not in by_output:
                names = [part.get("String", {}).get("sval", "") for part in node["fields"]]
                if _is(names, scopes):
                    yield ".".join(names)
            elif key == "infer":
                for one in node.get("indexElems", ()):
                    name = one["IndexElem"].get("name", "")
                    if name and _is([name], scopes):
                        yield name


def _is(names: list[str], scopes: Scopes) -> bool:
    """Return whether a name is a variable's: `name`, `row.field` or `label.name`."""
    inner = names[1] if len(names) > 1 else None
    return len(names) < 3 and inner != "" and seen(scopes, names[0], inner) is not None


def _by_output(node: Any) -> Iterator[int]:
    """Yield the ids of the names that the server looks up in what the query returns, at first."""
    for _, select in walk({"": node}):
        # A name alone behind `order by` or `distinct on` is that of an output first:
        # https://www.postgresql.org/docs/current/sql-select.html#SQL-ORDERBY Behind a union it is
        # nothing else.
        output = _outputs(select.get("targetList", ()))
        sorts = [one["SortBy"]["node"] for one in select.get("sortClause", ()) if "SortBy" in one]
        for one in (*sorts, *select.get("distinctClause", ())):
            name = _alone(one)
            if name and ("larg" in select or output & {name, "*"}):
                yield id(one["ColumnRef"])


def _grouped(text: str, tree: Tree, reader: Reader) -> Iterator[int]:
    """Yield the ids of the names behind `group by` that are those of outputs.

    There a name is that of a column that is read first, and only then that of an output.
    """
    for _, select in walk({"": tree.node}):
        for one in select.get("groupClause", ()):
            names = _alone(one)
            if names and _outputs(select.get("targetList", ())) & {names, "*"}:
                at = tree.at(one["ColumnRef"]["location"])
                _, _, end = next(spans(text[at:]))
                # What is no name alone can be nothing but a column that is read.
                asked = f"{text[:at]}coalesce({text[at : at + end]}){text[at + end :]}"
                error = refusal(reader, asked)
                if error is not None and error.state == "42703":
                    yield id(one["ColumnRef"])


def _alone(node: Any) -> str:
    """Return a name that stands alone, "" for anything else."""
    fields = node.get("ColumnRef", {}).get("fields", ())
    return fields[0].get("String", {}).get("sval", "") if len(fields) == 1 else ""


def _outputs(targets: Any) -> set[str]:
    """Return the names of what a query returns; `*` where not all of them can be told."""
    found = set()
    for one in targets:
        # The names are those that FigureColname() of the server's parse_target.c gives.
        target = one.get("ResTarget", {})
        value = target.get("val", {})
        while "TypeCast" in value:
            value = value["TypeCast"]["arg"]
        if "name" in target:
            found.add(target["name"])
        elif "ColumnRef" in value:
            last = value["ColumnRef"]["fields"][-1]
            found.add(last.get("String", {}).get("sval", "*"))
        elif "FuncCall" in value:
            found.add(value["FuncCall"]["funcname"][-1]["String"]["sval"])
        elif "A_Const" not in value:
            found.add("*")
    return found


def without_key(text: str, reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield message and SQLSTATE for each `on conflict (…)` for which the server finds no key.

    It is asked for the plan of an insert of NULLs from a query that stays apart, so that nothing is
    computed; which key serves is all that is looked at. No SQLSTATE: not checked.
    """
    for tree in trees(text):
        for key, node in walk({tree.kind: tree.node}):
            if key != "InsertStmt" or "onConflictClause" not in node:
                continue
            infer = node["onConflictClause"].get("infer", {})
            if not infer.get("indexElems"):
                yield from _deferrable(node, [infer["conname"]] if infer else [], reader)
                continue
            if any(kind == "FuncCall" and not _of_row(call) for kind, call in walk(infer)):
                yield "not checked: finding the key of `on conflict` would call a function", ""
                continue
            try:
                keys = _planned(reader, _insert(text, tree, node, reader))
            except Refused as error:
                if error.state == "42P10":
                    yield error.message, error.state
            else:
                yield from _deferrable(node, keys, reader)


def unwritable(text: str, reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield message and SQLSTATE for arguments of CALL that are no variables and have to be.

    Of several procedures of the name, any that takes the arguments counts.
    """
    for tree in trees(text):
        if tree.kind != "CallStmt":
            continue
        call = tree.node["funccall"]
        name = quoted(*(part["String"]["sval"] for part in call["funcname"]))
        given = [next(iter(one.items())) for one in call.get("args", ())]
        found = [_taken(given, names, modes) for names, modes in reader.rows(_MODES, name)]
        if found and all(found):
            told = f'procedure parameter "{found[0]}" is an output parameter'
            yield f"{told} but corresponding argument is not writable", "42601"


def _taken(given: list[tuple[str, Any]], names: list[str], modes: list[str]) -> str:
    """Return the parameter that gives something back into what is no variable; "" if none does."""
    for at, (kind, one) in enumerate(given):
        name = one.get("name", "") if kind == "NamedArgExpr" else ""
        value = one["arg"] if name else {kind: one}
        place = names.index(name) if name in names else at
        if (
            place < len(modes)
            and modes[place] in "ob"
            and not {"ColumnRef", "ParamRef"} & set(value)
        ):
            return names[place]
    return ""


def _of_row(call: Any) -> bool:
    """Return whether a call is about a column, so that the planner does not make it."""
    return any(kind == "ColumnRef" for kind, _ in walk(call))


def _insert(text: str, tree: Tree, node: Any, reader: Reader) -> str:
    """Return the statement that asks which key serves an insert."""
    relation = node["relation"]
    name = relation_name(relation)
    columns = reader.rows(
        "select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)"
        " from pg_catalog.pg_attribute as a where a.attrelid = pg_catalog.to_regclass($1)"
        " and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''",
        name,
    )
    # A generated column takes no value, and one that is always an identity only with `overriding`.
    # `offset 0` keeps the planner from taking the query of NULLs apart and computing with them.
    listed = ", ".join(quoted(column) for column, _ in columns)
    nulls = ", ".join(f"null::{type_}" for _, type_ in columns)
    alias = f" as {quoted(relation['alias']['aliasname'])}" if "alias" in relation else ""
    return (
        f"explain (format json) insert into {name}{alias} ({listed}) overriding system value"
        f" select * from (select {nulls} offset 0) as x"
        f" on conflict {_clause(text, tree, node['onConflictClause']['infer'])} do nothing"
    )


def _clause(text: str, tree: Tree, infer: Any) -> str:
    """Return the columns and the condition behind `on conflict`."""
    at, depth = tree.at(infer.get("location", 0)), 0
    for token, start, _ in spans(text):
        if start < at:
            continue
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "do" and not depth:
            return text[at:start]
    return text[at:]


def _planned(reader: Reader, text: str) -> list[str]:
    """Return the indexes that serve an insert. Raises Refused."""
    with reader.undone():
        ((plan,),) = reader.rows(text)
    (whole,) = json.loads(plan) if isinstance(plan, str) else plan
    return list(whole["Plan"].get("Conflict Arbiter Indexes", []))


def _deferrable(node: Any, keys: list[str], reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield message and SQLSTATE if one of some keys of a table is deferrable; of all, if none."""
    # The planner takes such a key, and the statement fails only when it runs.
    if reader.rows(_DEFERRABLE, relation_name(node["relation"]), keys):
        told = "deferrable unique constraints/exclusion constraints as arbiters"
        yield f"ON CONFLICT does not support {told}", "55000"
