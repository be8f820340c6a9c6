"""What a file says of functions."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pytest_schemaverify.kinds.aggregates.model import Aggregate
from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import (
    NamesOrNone,
    Settings,
    in_lower_case,
)


class Function(Owned):
    """A function, procedure or aggregate."""

    family: ClassVar[str] = "functions"

    kind: Annotated[
        Literal["function", "procedure", "aggregate", "window function"] | None,
        BeforeValidator(in_lower_case),
    ] = None
    """What it is: `function`, `procedure`, `aggregate`, `window function`."""
    arguments: list[str] | None = None
    """Arguments in order, each as in DDL: `[query text, k integer default 10, out total bigint]`.
    A name or a default that is not said is not compared; `default absent` says that there is none.
    """
    overloads: list[str] | None = None
    """Types of the arguments of all functions of this name: `["text", "text, integer"]`."""
    returns: str | None = None
    """Result: a type, `setof <type>`, `trigger`, or `table` for any `returns table (…)`."""
    security: Annotated[Literal["invoker", "definer"] | None, BeforeValidator(in_lower_case)] = None
    """Whose rights it runs with."""
    search_path: str | None = None
    """Value that it pins: `""`, `"pg_catalog, public"`; `absent` when it must pin none."""
    language: str | None = None
    """Language: `sql`, `plpgsql`."""
    volatility: Annotated[
        Literal["immutable", "stable", "volatile"] | None, BeforeValidator(in_lower_case)
    ] = None
    """What the planner may assume."""
    execute: NamesOrNone = None
    """Roles that can execute it, by whatever way, and no others; `public` is everyone, `none`
    nobody. Superusers and the owner always can."""
    parallel: Annotated[
        Literal["safe", "restricted", "unsafe"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Whether it may run in parallel workers."""
    strict: bool | None = None
    """Whether it returns NULL, and is not called, when an argument is NULL."""
    leakproof: bool | None = None
    """Whether it tells nothing of its arguments, so that it may run before policies are applied."""
    cost: int | float | None = None
    """Cost that the planner assumes, in units of `cpu_operator_cost`."""
    rows: int | float | None = None
    """Number of rows that the planner assumes; 0 for one that returns no set."""
    support: str | None = None
    """Function that tells the planner of its results and costs; `absent` for none."""
    settings_: Settings | None = Field(None, alias="settings")
    """Settings that it runs with: `{statement_timeout: 8s}`; `absent` for one that it must not
    have, `exact: true` for no others. `search_path` has a key of its own."""
    body: str | None = None
    """Hash of its text: `sha256:…`. Line ends, and spaces at ends of lines, do not count."""
    depends_on_extensions: NamesOrNone = None
    """Exact set of the extensions with which it is dropped: `depends on extension`. `none` when
    there must be none."""
    aggregate: Aggregate | None = None
    """What an aggregate is made of."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select, insert], anon: []}`."""


class Functions(Things):
    """Functions by signature, `f(text, integer)`; the name alone where it is not overloaded."""

    family: ClassVar[str] = "functions"
    without_exact: ClassVar[str] = "functions.definers"
    exact: bool | None = None
    """Whether functions that are not named here are failures. Where it says nothing, those are
    that run with the rights of their owner."""
    __pydantic_extra__: dict[str, Function] = Field(init=False)


SECTION = Section(Functions, "Functions and procedures.")
