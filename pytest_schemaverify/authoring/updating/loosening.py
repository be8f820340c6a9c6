"""What a file of expectations would allow if it took a difference in, in words.

Decided by what kind of thing differs, and not by its text. What nobody can decide, such as whether
another expression of a policy shows more rows, counts as a risk.
"""

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.updating.risk_of_changes import attributes, of_changed
from pytest_schemaverify.authoring.updating.risk_of_new import of_new


def risk(difference: Difference) -> str:
    """Return what the file would allow with this difference that it does not allow now.

    It is "" for what only forbids more, or allows nothing either way.
    """
    if difference.what == "gone":
        return f"nothing says any more what {difference.subject} has to be"
    if difference.what == "new":
        return "; ".join(dict.fromkeys(of_new(difference)))
    return "; ".join(filter(None, map(of_changed, attributes(difference))))
