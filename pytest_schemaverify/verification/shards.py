"""Deals the expectations out to several jobs that run beside each other."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from pytest_schemaverify.verification.planning import Planned


def part(
    planned: Sequence[Planned], number: int, of: int, *, objects: bool = False
) -> Iterator[Planned]:
    """Yield the expectations of part `number`, from 1, of a file's, in its order.

    They are dealt out in the order of their names' hashes, so that the parts are of one size, that
    slow checks are spread, and that every process and machine deals alike. `-k` and `-m` make no
    difference. The expectations at one moment on the way stay together, and with `objects` those of
    each object.
    """
    keys = {id(one): one.object if objects else _key(one) for one in planned}
    order = sorted({*keys.values()}, key=lambda key: sha256(key.encode()).digest())
    # By rank and not by the hash itself, so that no part is larger than another by more than one.
    ours = {key for rank, key in enumerate(order) if rank % of == number - 1}
    return (one for one in planned if keys[id(one)] in ours)


def _key(planned: Planned) -> str:
    return f"migrations.at.{planned.stage}" if planned.stage else planned.name
