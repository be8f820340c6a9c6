"""What can become of an expectation."""

OUTCOMES = ("passed", "failed", "undetermined", "skipped", "warned", "known")
"""`undetermined`: it could not be found out; `warned`: it does not hold, and that fails nothing;
`known`: it does not hold, and that is accepted."""
