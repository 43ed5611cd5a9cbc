"""What every page of the product carries from this room: the overdose card."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core import clock
from core.access import NOBODY, Permission
from facilities.services import overdose


def overdose_card(request: HttpRequest) -> dict[str, Any]:
    """The card of who is signed in, read only where a page shows it (pieces of pages do not)."""
    access = getattr(request, "access", NOBODY)
    if not access.signed_in:
        return {}
    return {
        "overdose": SimpleLazyObject(lambda: overdose.card(access, now=clock.now())),
        "may_keep_card": access.may(Permission.KEEP_SITE_CARD),
        "overdose_record": overdose.record_path() if access.may(Permission.RECORD_OVERDOSE) else "",
    }
