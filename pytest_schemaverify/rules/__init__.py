"""Statements about everything in scope."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="table structures", nothing=True)
