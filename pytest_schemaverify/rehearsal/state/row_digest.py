"""SQL for a digest of rows."""

# A sum needs no sorting, where a digest over all rows in an order would. 15 digits of md5 are 60
# bits, which fit into a bigint; the sum of these is a numeric, which does not overflow.
DIGEST = (
    "coalesce(pg_catalog.sum(('x' || pg_catalog.left(pg_catalog.md5({}), 15))::bit(60)::bigint), 0)"
    "::text"
)
"""SQL for the sum of 60 bits of the digest of each row's text, which goes into the braces.

It is equal for equal rows in any order, and doubled rows do not cancel each other.
"""
