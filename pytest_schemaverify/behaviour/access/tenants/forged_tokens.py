"""Tokens and requests that somebody sends who wants the rows of others.

Users edit `user_metadata` by themselves and send what headers they like; and a token may lack what
policies read. What only the server writes, `app_metadata` for one, is never forged.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Any

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.policy_texts import (
    claims_in,
    edited_in,
    sent_in,
    stored_in,
)
from pytest_schemaverify.behaviour.access.tenants.house_words import OF_THE_HOUSE
from pytest_schemaverify.sql.lexical import IN_STRING

MOST = 40
"""Forgeries of one kind, at most."""
CONSTANTS = 8
"""Constants of the texts that are sent."""


@dataclass(frozen=True, slots=True)
class Forgery:
    """Somebody with a token or a request that is not the usual one."""

    identity: Identity
    kind: str
    """What they make use of."""
    remedy: str
    stored: Mapping[str, Any] = field(default_factory=dict)
    """What they have written into their metadata in `auth.users`."""
    of_tenant: bool = True


def forgeries(
    attacker: Identity, victim: Identity, tenant: str | None, texts: Sequence[str]
) -> Iterator[Forgery]:  # fmt: skip
    """Yield who tries what with policies and functions of these texts.

    `tenant` is what tells the rows of the victim.
    """
    text = "\n".join(texts)
    constants = _constants(text)
    values = _values(victim, tenant, constants)
    yield from islice(_granted(attacker, text, constants), MOST)
    yield from islice(_edited(attacker, edited_in(text), values), MOST)
    yield from islice(_stored(attacker, stored_in(text), values), MOST)
    yield from islice(_sent(attacker, sent_in(text), values), MOST)


def _values(victim: Identity, tenant: str | None, constants: Sequence[str]) -> list[Any]:
    """Return what would be worth to be: the victim, and what the texts compare with."""
    own = [*dict.fromkeys(filter(None, (tenant, victim.claim("sub"))))]
    return [*own, True, "admin", *constants, own]


def _constants(text: str) -> list[str]:
    """Return what a text compares with: constants that are no keys and no names of settings."""
    keys = {step for steps in _STEPS.findall(text) for step in _KEY.findall(steps)}
    found = [one.replace("''", "'") for one in _CONSTANT.findall(text) if one not in keys]
    return [*dict.fromkeys(one for one in found if one and "." not in one)][:CONSTANTS]


_STEPS = re.compile(r"(?:->>?\s*'(?:[^']|'')+')")
_KEY = re.compile(r"'((?:[^']|'')+)'")
_CONSTANT = re.compile(rf"'({IN_STRING})'")


def _edited(who: Identity, paths: Sequence[str], values: Sequence[Any]) -> Iterator[Forgery]:
    for chosen in _chosen(paths, values):
        claims: Any = who.claims
        for path, value in chosen.items():
            claims = placed(claims, path.split("."), value)
        words = f"{who.name}, with {_listed(chosen)} in the token,"
        yield Forgery(
            replace(who, name=words, claims=claims), "user_metadata",
            "users edit user_metadata by themselves: read app_metadata, or a table of members",
        )  # fmt: skip


def _granted(who: Identity, text: str, constants: Sequence[str]) -> Iterator[Forgery]:
    """Yield who has another role within the same tenant, where tokens of tenants have one."""
    roles = [one for one in constants if not OF_THE_HOUSE.search(one)]
    for path in dict.fromkeys(claims_in(text)):
        there = who.claim(path)
        if there not in constants or path.startswith(("role", "user_metadata.")):
            continue
        for role in roles:
            if role != there:
                claims = placed(who.claims, path.split("."), role)
                words = f"{who.name}, with {_listed({path: role})} in the token,"
                yield Forgery(
                    replace(who, name=words, claims=claims), "granted",
                    f"{path} alone lets rows of all tenants through: compare the tenant as well",
                )  # fmt: skip


def _stored(who: Identity, paths: Sequence[str], values: Sequence[Any]) -> Iterator[Forgery]:
    for chosen in _chosen(paths, values):
        stored: Any = {}
        for path, value in chosen.items():
            stored = placed(stored, path.split("."), value)
        words = f"{who.name}, with {_listed(chosen)} in raw_user_meta_data,"
        yield Forgery(
            replace(who, name=words), "raw_user_meta_data",
            "users edit raw_user_meta_data by themselves: read raw_app_meta_data, or a table",
            stored,
        )  # fmt: skip


def _sent(
    who: Identity, read: Sequence[tuple[str, str]], values: Sequence[Any]
) -> Iterator[Forgery]:  # fmt: skip
    names = {f"{setting}.{key}".rstrip("."): (setting, key) for setting, key in read}
    for chosen in _chosen([*names], [one for one in values if not isinstance(one, list)]):
        documents: dict[str, Any] = {}
        for name, value in chosen.items():
            setting, key = names[name]
            text = value if isinstance(value, str) else json.dumps(value)
            inner = documents.setdefault(f"request.{setting}", {} if key else text)
            if key and isinstance(inner, dict):
                inner[key] = text
        settings = {
            name: one if isinstance(one, str) else json.dumps(one)
            for name, one in documents.items()
        }
        words = f"{who.name}, with {_listed(chosen)} in the request,"
        yield Forgery(
            replace(who, name=words, settings={**who.settings, **settings}), "request",
            "clients send what they like: read what the token says",
        )  # fmt: skip


def _chosen(names: Sequence[str], values: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yield values for names: for each alone, then for all of them together."""
    for name in names:
        yield from ({name: value} for value in values)
    if len(names) > 1:
        for together in product(values, repeat=len(names)):
            yield dict(zip(names, together, strict=True))


def _listed(chosen: Mapping[str, Any]) -> str:
    return " and ".join(
        f"{name} = {value if isinstance(value, str) else json.dumps(value)}"
        for name, value in chosen.items()
    )


def placed(claims: Any, path: Sequence[str], value: Any) -> Any:
    """Return claims with a value at a path."""
    if not path:
        return value
    inner = claims if isinstance(claims, Mapping) else {}
    return {**inner, path[0]: placed(inner.get(path[0]), path[1:], value)}


def without(claims: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Return claims without what is at a path."""
    first, *rest = path
    if not rest or not isinstance(claims.get(first), Mapping):
        return {name: value for name, value in claims.items() if name != first}
    return {**claims, first: without(claims[first], rest)}


def deficient(attacker: Identity, claim: str, texts: Sequence[str]) -> Iterator[Forgery]:
    """Yield who comes with a token that lacks what policies of these texts read of it.

    `claim` says who the tenant is.
    """
    path, role, claims = claim.split("."), attacker.role, attacker.claims
    people = [Identity(f"{role} without {claim}", role, without(claims, path))]
    if any(_TOKEN.search(text) for text in texts):
        bare = {"request.jwt.claims": "", "request.jwt.claim.role": ""}
        people += [
            Identity(f"{role} without a role in the token", role, {**claims, "role": None}),
            Identity(f"{role} with an empty {claim}", role, placed(claims, path, "")),
            Identity(f"{role} without claims", role, {}, bare),
        ]
    if len(path) > 1:
        listed = placed(claims, path, [attacker.claim(claim)])
        people.append(Identity(f"{role} with a list as {claim}", role, listed))
    for one in people:
        remedy = f"what is not in a token is null: a row may not be let through for want of {claim}"
        yield Forgery(one, "deficient", remedy, of_tenant=False)


# More than who is there: `auth.uid()` takes an empty token for none by itself.
_TOKEN = re.compile(r"\b(?:current_setting|jwt|role|email)\(")
