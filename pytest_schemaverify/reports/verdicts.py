"""What all formats for people say of a run as a whole, in the same words."""

from pytest_schemaverify.reports.record import Record

SENTENCES = {
    "holds": "The database is what the file says",
    "does not hold": "The database is not what the file says",
    "cannot tell": "Not everything could be verified",
    "nothing was verified": "Nothing was verified",
}
"""The verdict of a record as a sentence."""
VALUES_LEFT_OUT = "Values of rows are left out"
TO_SEE_VALUES = "--schema-report-values"
"""The option with which they are shown."""


def stopped(record: Record) -> str:
    """Return how far a run came that was stopped before its end; "" for another one."""
    if not record.interrupted:
        return ""
    done, every = len(record.expectations), sum(one.expectations for one in record.verified)
    if done >= every:
        return "the run was stopped before its end"
    return f"{done:,} of {every:,} expectations were verified before the run was stopped"
