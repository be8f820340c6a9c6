"""How a file says what a membership is."""

from pytest_schemaverify.kinds.form import Form

FORM = Form(usual={"inherit": True, "set": True})
