"""What the pages of findings share: one form, one act, everything typed kept when something is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from core import clock
from core.access import AccessRequest
from inventory.forms import ActForm
from inventory.forms_photos import WithPhotos
from inventory.services.acts import StockRefused
from staff.forms import SecondPersonForm
from staff.queries.people import seconds_at
from staff.services.attestations import AttestationRefused
from staff.services.pins import PinRefused

Done = TypeVar("Done")


def posted(request: AccessRequest) -> Any:
    """What was sent, or nothing for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def sent_files(request: AccessRequest) -> Any:
    """The files that were sent, or nothing for a page that is only looked at."""
    return request.FILES if request.method == "POST" else None


def keep_photos(request: AccessRequest, form: WithPhotos) -> None:
    """Keep what was photographed, whatever the rest of the form says; nothing where the page is only looked at."""
    if form.is_bound:
        form.keep_photos(by=request.access, now=clock.now())


def second_form(request: AccessRequest, *, fresh: bool = False) -> SecondPersonForm:
    """The second person's panel for the facility that the person acts in; `fresh` as it is first shown."""
    here = request.access.facility_id or 0
    people = seconds_at(facility_id=here, now=clock.now(), besides=request.access.person_id)
    return SecondPersonForm(None if fresh else posted(request), people=people)


def kept(form: ActForm, work: Callable[[], Done], second: SecondPersonForm | None = None) -> Done | None:
    """Do the act; None where it was refused, with each refusal at the field that it is about."""
    try:
        return work()
    except StockRefused as refused:
        form.refuse(refused.violations)
    except (AttestationRefused, PinRefused) as refused:
        if second is None:
            raise
        second.refuse(refused)
    return None
