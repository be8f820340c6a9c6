"""Exemptions that have ended."""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rules import Exemption


def ended(exemption: "Exemption", today: date) -> str:
    """Return what is to be said of an exemption once its last day is over, "" until then."""
    if exemption.until is None or exemption.until >= today:
        return ""
    owner = f" (owner: {exemption.owner})" if exemption.owner else ""
    return f"the exemption ended on {exemption.until}{owner}: {exemption.reason}"
