"""How a schema is made."""

from pytest_schemaverify.kinds.making import Making
from pytest_schemaverify.kinds.whole import Whole


def _create(whole: Whole) -> str:
    return f"create schema {whole.name};"


MAKING = Making(create=_create, again=lambda whole: False)
