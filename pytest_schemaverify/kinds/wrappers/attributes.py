"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    "handler": Attribute(
        summary="The foreign data wrapper is made to work by the declared function.",
        shown="handler {}",
        nothing="no handler",
        names=True,
        fix="alter foreign data wrapper {name} handler {value};",
        reset="alter foreign data wrapper {name} no handler;",
    ),
    "validator": Attribute(
        summary="The foreign data wrapper has its options looked at by the declared function.",
        shown="validator {}",
        nothing="no validator",
        names=True,
        fix="alter foreign data wrapper {name} validator {value};",
        reset="alter foreign data wrapper {name} no validator;",
    ),
}
