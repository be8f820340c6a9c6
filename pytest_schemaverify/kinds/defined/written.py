"""How a file says what stands behind the name of such an object."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look


def definition(row: Row, look: Look) -> dict[str, str]:
    """Return the words of the CREATE of an object, each with what it says."""
    return {word: look.bare(said) for word, said in row.definition}


FORM = Form(values={"definition": definition})
