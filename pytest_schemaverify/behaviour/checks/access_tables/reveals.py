from collections.abc import Collection, Iterator, Mapping

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

USE = Use(copied=True)


def check(expected: Mapping[str, str], revealed: Collection[str]) -> Iterator[Finding]:
    """Every exemption for what tells about rows of others is needed."""
    for name in expected:
        if name not in revealed:
            yield Finding(
                subject=name,
                expected="a constraint or sequence that tells somebody about rows of others",
                actual="it tells nobody anything; remove it from `reveals`",
            )
