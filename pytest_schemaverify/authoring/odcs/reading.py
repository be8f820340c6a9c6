"""Reads a contract, and says what is wrong where it is none of version 3."""

import re
from typing import Any

from pytest_schemaverify.authoring.odcs.model import Contract, File, Identity, ServerOfContract
from pytest_schemaverify.language.other_files import read_other
from pytest_schemaverify.language.places import Path, Positions

_HEAD = "`apiVersion: v3.1.0` and `kind: DataContract`"


def read_contract(text: str, name: str) -> tuple[Contract, Positions]:
    """Return a contract and the place of each of its keys. Raises SpecError."""
    return read_other(Contract, text, name, _refused)


def own_identity(text: str, name: str, schema: str) -> dict[str, Any]:
    """Return what a file of expectations says of its contract, under `x-odcs`; {} for nothing.

    `schema` is where names without one are. Raises SpecError for what is wrong in it.
    """
    own = read_other(File, text, name, lambda _: None)[0].own
    if own is None:
        return {}
    given = [texts(one) for one in own.servers]
    # The standard's schema asks for these two.
    servers = [
        one | {"port": one.get("port", 5432), "schema": one.get("schema", schema)} for one in given
    ]
    return texts(own) | ({"servers": servers} if servers else {})


def texts(part: Identity | ServerOfContract) -> dict[str, Any]:
    """Return the keys of a part that have a text or a number, but not those of the standard."""
    fields = [one for one in type(part).model_fields if one not in ("api_version", "kind")]
    found = {type(part).model_fields[one].alias or one: getattr(part, one) for one in fields}
    return {key: value for key, value in found.items() if isinstance(value, str | int)}


def _refused(data: Any) -> tuple[Path, str] | None:
    """Return where it shows that data is no contract of version 3, and what to do."""
    if not isinstance(data, dict):
        found = {list: "a list", str: "a text", type(None): "nothing"}.get(type(data), "a value")
        return (), f"expected a contract, which has {_HEAD}, found {found}; name the contract"
    if "dataContractSpecification" in data:
        return ("dataContractSpecification",), (
            "expected the Open Data Contract Standard, found the Data Contract Specification; "
            "convert it with `datacontract export --format odcs`, and name what that writes"
        )
    if data.get("kind") != "DataContract":
        found = f"`kind: {data['kind']}`" if "kind" in data else "no `kind`"
        return ("kind",), (
            f"expected a contract, which has {_HEAD}, found {found}; write `kind: DataContract` if "
            "it is one"
        )
    return _wrong_version(data.get("apiVersion"))


def _wrong_version(found: Any) -> tuple[Path, str] | None:
    if isinstance(found, str) and re.fullmatch(r"v?3(\.\d+){2}", found):
        return None
    wanted = "expected a version 3 of the standard, such as `apiVersion: v3.1.0`"
    if found is None:
        return ("apiVersion",), f"{wanted}, found none; write the one that the contract follows"
    remedy = "write the version that the contract follows, with its three numbers"
    if str(found).startswith(("v2", "2")):
        remedy = (
            "convert it first: what 2 calls `dataset`, `columns` and `uuid` is `schema`, "
            "`properties` and `id` in 3"
        )
    return ("apiVersion",), f"{wanted}, found `{found}`; {remedy}"
