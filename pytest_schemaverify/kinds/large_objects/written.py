"""How a file says what a large object is."""

from pytest_schemaverify.kinds.form import Form

MANY = 100
"""The most that are written. Migrations make a few, each by a statement with its number; where
there are more an application stores them, and a list of them is out of date with the next one."""

FORM = Form(name=lambda row, look: str(row.name))
