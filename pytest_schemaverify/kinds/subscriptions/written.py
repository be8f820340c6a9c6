"""How a file says what a subscription is."""

from pytest_schemaverify.kinds.form import Form

FORM = Form(usual={"enabled": True})
