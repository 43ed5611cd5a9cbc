"""The window's way on when the physician is away: one order over the phone, taken down and acted on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.templatetags.tram import time
from core.views.pages import INVALID
from dispensing.forms.named_orders import PhoneOrderForm
from dispensing.queries import phone_page
from dispensing.rules.facts import Answers
from dispensing.rules.named_orders import may_be_told
from dispensing.rules.violations import Level
from dispensing.services import authorisations, phone_orders
from dispensing.services.authorisations import Snapshot
from dispensing.services.named_orders import OrderRefused, OtherContent
from patients.models import Patient

PAGE = "dispensing/phone_order.html"


@require_http_methods(["GET", "POST"])
@allow(Permission.GIVE_DOSE)
def take_down(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Take down what the physician said; the patient's card opens again right after."""
    now = clock.now()
    snapshot = _snapshot(request, patient_id, now)
    form = _form(request, snapshot, now, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, snapshot, form)
    command = form.command(patient_id, now=now, zone=request.access.zone)
    try:
        phone_orders.take_down(command=command, by=request.access, now=now)
    except OrderRefused as refused:
        form.refuse(refused)
        return _page(request, snapshot, form)
    except Patient.DoesNotExist as error:
        raise Http404 from error
    except OtherContent:
        form.add_error(None, _("Y lệnh này đã được gửi với nội dung khác. Mở lại thẻ và xem."))
        return _page(request, snapshot, form)
    words = _("%(code)s: đã ghi y lệnh qua điện thoại. Bác sĩ còn phải ký.")
    messages.success(request, words % {"code": snapshot.known.code})
    return redirect("dispensing:patient", patient_id)


def _snapshot(request: AccessRequest, patient_id: UUID, now: datetime) -> Snapshot:
    try:
        return authorisations.look(patient_id=patient_id, by=request.access, now=now, answers=Answers())
    except Patient.DoesNotExist as error:
        raise Http404 from error


def _form(request: AccessRequest, snapshot: Snapshot, now: datetime, posted: QueryDict | None) -> PhoneOrderForm:
    by, facts = request.access, snapshot.known.facts
    stops = [v for v in snapshot.decision.violations if v.level is Level.STOP]
    kinds = may_be_told(stops, snapshot.settings)
    initial: dict[str, Any] = {"id": new_id(), "told": time(now)}
    return PhoneOrderForm(
        posted,
        initial=initial,
        options=phone_page.options(patient_id=facts.patient_id, kinds=kinds),
        days=phone_page.day_choices(snapshot.settings),
        physicians=phone_page.physicians(facility_id=by.facility_id or 0, now=now, besides=by.person_id),
    )


def _page(request: AccessRequest, snapshot: Snapshot, form: PhoneOrderForm) -> HttpResponse:
    stops = [v for v in snapshot.decision.violations if v.level is Level.STOP]
    context = {"known": snapshot.known, "form": form, "stops": stops, "settings": snapshot.settings}
    return render(request, PAGE, context, status=INVALID if form.errors else 200)
