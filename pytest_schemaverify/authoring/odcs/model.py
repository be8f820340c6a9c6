"""The part of a contract that a file of expectations can say; the rest is kept beside, by its keys.

https://github.com/bitol-io/open-data-contract-standard/blob/main/schema/odcs-json-schema-v3.1.0.json
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel


class Part(BaseModel):
    """A mapping of the contract. Keys that have no field are in `model_extra`."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, alias_generator=to_camel)


class Rule(Part):
    """A rule of data quality: a metric of the standard's library, or a query."""

    type: Literal["library", "sql", "text", "custom"] | None = None
    metric: str | None = None
    rule: str | None = None
    """What `metric` is called in 3.0."""
    arguments: dict[str, Any] = {}
    query: str | None = None
    name: str | None = None
    description: str | None = None
    severity: str | None = None
    unit: str | None = None
    must_be: Any = None
    must_not_be: Any = None
    must_be_greater_than: int | float | None = None
    must_be_greater_or_equal_to: int | float | None = None
    must_be_less_than: int | float | None = None
    must_be_less_or_equal_to: int | float | None = None
    must_be_between: list[int | float] | None = None

    @field_validator("must_be_between")
    @classmethod
    def _two_numbers(cls, value: list[int | float] | None) -> list[int | float] | None:
        if value is not None and len(value) != 2:
            raise ValueError(f"expected two numbers, found {len(value)}; write `[0, 100]`")
        return value


class Relationship(Part):
    """A foreign key, of a property or of an object."""

    type: Literal["foreignKey"] | None = None
    from_: str | list[str] | None = Field(None, alias="from")
    to: str | list[str]


class Element(Part):
    """What objects and properties have in common."""

    id: str | None = None
    name: str
    physical_name: str | None = None
    physical_type: str | None = None
    description: str | None = None
    logical_type: str | None = None
    quality: list[Rule] = []
    relationships: list[Relationship] = []

    @property
    def called(self) -> str:
        """Its name in the database."""
        return self.physical_name or self.name


class Property(Element):
    """A column."""

    logical_type_options: dict[str, Any] = {}
    required: bool | None = None
    unique: bool | None = None
    primary_key: bool | None = None
    primary_key_position: int | None = None
    items: Any = None


class Object(Element):
    """A table or a view."""

    properties: list[Property] = []


class ServerOfContract(Part):
    """Where the rows are."""

    server: str
    type: str
    environment: str | None = None
    description: str | None = None
    host: str | None = None
    port: int | None = None
    database: str | None = None
    schema_: str | None = Field(None, alias="schema")


class Identity(Part):
    """What a contract is called and where its rows are, which no database knows."""

    id: str | None = None
    name: str | None = None
    version: str | None = None
    status: str | None = None
    domain: str | None = None
    tenant: str | None = None
    servers: list[ServerOfContract] = []


class Contract(Identity):
    """A contract."""

    id: str
    version: str
    status: str
    api_version: str
    kind: str
    schema_: list[Object] = Field([], alias="schema")


class OwnServer(ServerOfContract):
    """A server as a file of expectations has it."""

    model_config = ConfigDict(extra="forbid")

    host: str
    database: str


class OwnIdentity(Identity):
    """What a file of expectations says of the contract that is made of it."""

    model_config = ConfigDict(extra="forbid")

    servers: list[OwnServer] = []  # type: ignore[assignment] # as its part


class File(Part):
    """A file of expectations, of which only this is read here."""

    own: OwnIdentity | None = Field(None, alias="x-odcs")
