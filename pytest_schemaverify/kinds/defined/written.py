"""How a file says what stands behind the name of such an object."""

from pytest_schemaverify.kinds.form import Form

FORM = Form(
    values={
        "definition": lambda row, look: {word: look.bare(said) for word, said in row.definition}
    },
)
