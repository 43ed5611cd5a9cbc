"""What the pages of consignments share: whose it is to see, one form for one step, everything typed kept."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.access import AccessRequest
from core.views.pages import INVALID
from inventory.forms import ActForm
from inventory.forms_photos import WithPhotos
from inventory.models import Consignment
from inventory.queries.consignment_lives import ConsignmentLife, consignment_life
from inventory.queries.consignments import get_row, may_look
from inventory.rules.custody import Step
from inventory.services.acts import StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.services.custody import Stepped
from staff.forms import SecondPersonForm
from staff.services.attestations import AttestationRefused
from staff.services.pins import PinRefused


def life_of(request: AccessRequest, consignment_id: UUID) -> ConsignmentLife:
    """The consignment as this person may see it; 404 where they have nothing to do with it."""
    try:
        row = get_row(consignment_id)
    except Consignment.DoesNotExist as missing:
        raise Http404(_("Không có chuyến thuốc này.")) from missing
    if not may_look(request.access, from_id=row.from_id, to_id=row.to_id, carriers=row.carriers):
        raise Http404(_("Không có chuyến thuốc này."))
    return consignment_life(row, request.access)


def elsewhere(request: AccessRequest, life: ConsignmentLife, step: Step) -> HttpResponse | None:
    """Back to the consignment where its page of this step is only looked at and the step cannot be taken now."""
    if request.method == "POST" or str(step) in life.steps:
        return None
    words = _("Chuyến %(number)d: %(state)s. Bước này không làm lúc này.")
    messages.info(request, words % {"number": life.row.number, "state": life.row.state_words})
    return redirect("inventory:consignment", life.row.id)


def take(
    request: AccessRequest,
    form: ActForm,
    work: Callable[[], Stepped],
    *,
    template: str,
    context: dict[str, Any],
    done: str,
    second: SecondPersonForm | None = None,
    to: str = "inventory:consignment",
) -> HttpResponse:
    """Show the form, or take its step once and go on; a refusal keeps everything that was typed but PINs."""
    bound = request.method == "POST"
    if bound and isinstance(form, WithPhotos):
        form.keep_photos(by=request.access, now=clock.now())
    if bound and all(each.is_valid() for each in (form, second) if each is not None):
        try:
            stepped = work()
        except StockRefused as refused:
            form.refuse(refused.violations)
        except OwnPinRefused as refused:
            form.add_error("own_pin", refused.sentence)
        except (AttestationRefused, PinRefused) as refused:
            if second is not None:
                second.refuse(refused)
            else:
                form.add_error("carrier_pin", refused.sentence)
        else:
            messages.success(request, done)
            return redirect(to) if to == "inventory:carry" else redirect(to, stepped.consignment_id)
    context = {"form": form, "second": second.panel if second else None, **context}
    return render(request, template, context, status=INVALID if bound else 200)


def posted(request: AccessRequest) -> Any:
    """What was sent, or nothing for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def sent_files(request: AccessRequest) -> Any:
    """The files that were sent, or nothing for a page that is only looked at."""
    return request.FILES if request.method == "POST" else None
