"""What the pages of checks say, and where they are."""

import re
from importlib.metadata import metadata, version
from typing import NamedTuple
from urllib.parse import urljoin

from pytest_schemaverify.kinds import find
from pytest_schemaverify.kinds.kind import PACKAGE


def repository() -> str:
    """Return the address of the project, as the installed package has it."""
    listed: list[str] = metadata("pytest-schemaverify").get_all("Project-URL", [])
    return next(one.partition(", ")[2] for one in listed if one.startswith("Repository, "))


class CheckPage(NamedTuple):
    """The page of a check."""

    sentence: str
    """What the check says about a healthy database."""
    why: str
    """What stands in front of the cases, as Markdown with whole links."""
    address: str


def check_page(check: str) -> CheckPage:
    """Return the page of a check. Raises KeyError when there is no such check."""
    found = find(check)
    path = found.page.relative_to(PACKAGE.parent).as_posix()
    address = f"{repository()}/blob/v{version('pytest-schemaverify')}/{path}"
    text = found.page.read_text(encoding="utf-8")
    why = re.split(r"^## ", text, maxsplit=1, flags=re.MULTILINE)[0].strip()
    whole = _LINK.sub(lambda link: f"]({urljoin(address, link[1])})", why)
    return CheckPage(" ".join(found.summary.split()), whole, address)


_LINK = re.compile(r"\]\(([^)\s]+)\)")
