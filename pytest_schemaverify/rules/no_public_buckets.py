import re
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.tokens import tokens

from .asking import asks_who
from .reached import Reached

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, public_buckets: list[tuple[str, str]]) -> Iterator[Finding]:
    """No bucket of Supabase's storage is public, unless a policy lets everybody read its files."""
    reached = Reached(catalog)
    policies = catalog.of_table("policies", "storage", "objects")
    for bucket, place in public_buckets:
        if not any(_lets_everybody_read(one, bucket, reached) for one in policies):
            if _is_shown(bucket, policies):
                continue
            literal = bucket.replace("'", "''")
            yield Finding(
                expected="a bucket whose files policies decide about",
                actual="public: everybody who has the address of a file can fetch it",
                subject=quoted(bucket),
                place=place,
                fix=f"update storage.buckets set public = false where id = '{literal}';",
            )


_FOR_ALL = re.compile(
    r"(?:^|[-_ ])(?:avatars?|logos?|banners?|covers?|icons?|thumbnails?|public|static|assets?|"
    r"brand\w*)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"(?:^|[-_ ])(?:images?|pictures?|photos?|media|products?|galler(?:y|ies)|blog|cms)(?:[-_ ]|$)",
    re.IGNORECASE,
)


def _is_shown(bucket: str, policies: list[Policy]) -> bool:
    """Return whether a bucket's name says that its files are shown, and no policy hides them."""
    if _FOR_ALL.search(bucket):
        return True
    readers = (text for one in policies for text in one.deciding("select") or ())
    return bool(_PERHAPS.search(bucket)) and not any(_names(text, bucket) for text in readers)


def _lets_everybody_read(policy: Policy, bucket: str, reached: Reached) -> bool:
    if not policy.permissive or not {"public", "anon"}.intersection(policy.roles):
        return False
    return any(
        _names(text, bucket) and not asks_who(text, reached)
        for text in policy.deciding("select") or ()
    )


def _names(text: str, bucket: str) -> bool:
    """Return whether an expression names the bucket, or none at all."""
    constants = [one.text for one in tokens(text) if one.kind == "string"]
    return not constants or f"'{bucket.replace(chr(39), chr(39) * 2)}'" in constants
