"""A dose was vomited: what was seen, what an order may replace, and the order itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.templatetags.tram import mg, time
from core.views.pages import INVALID
from dispensing.forms.incidents import OrderForm, PhonedOrderForm, VomitForm
from dispensing.models import Dose, DoseOrder, VomitRecord
from dispensing.queries import incidents as queries
from dispensing.queries import phone_page
from dispensing.rules.incident_codes import VOMIT_SEEN_WORDS, VomitSeen
from dispensing.services import dose_orders, vomits
from dispensing.services.dose_orders import NewOrder
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from dispensing.services.named_orders import OrderRefused
from dispensing.services.phone_orders import Told
from dispensing.services.vomits import NewVomit
from dispensing.views.mishaps import STANDS
from patients.models import Patient
from patients.queries.reach import get_patient
from staff.services.pins import PinRefused

RECORD, SHOWN = "dispensing/incidents/vomit.html", "dispensing/incidents/vomit_shown.html"
SUPPLEMENT = "dispensing/incidents/supplement.html"


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_OUTCOME)
def vomit(request: AccessRequest, dose_id: UUID) -> HttpResponse:
    """When, seen by whom, what was seen; the bands say what an order may replace."""
    now, by = clock.now(), request.access
    dose = get_object_or_404(Dose.objects.select_related("patient"), pk=dose_id, facility_id=by.facility_id)
    form = VomitForm(request.POST if request.method == "POST" else None, initial={"id": new_id(), "at_time": time(now)})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        command = NewVomit(
            said["id"], dose.pk, _on_the_day(form, dose, now, by.zone), said["witnessed"] == "1",
            VomitSeen(said["seen"]),
        )  # fmt: skip
        try:
            made = vomits.record(command=command, by=by, now=now)
        except IncidentRefused as refused:
            form.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            return redirect("dispensing:vomit_shown", made.pk)
    context = {"form": form, "dose": dose, "seen": _seen()}
    return render(request, RECORD, context, status=INVALID if form.errors else 200)


def _on_the_day(form: VomitForm, dose: Dose, now: datetime, zone: str) -> datetime:
    """The typed hour on the day of the dose; the very minute of now, or of the dose, is that moment."""
    at = form.at("at_time", now, zone)
    if at.date() != dose.given_at.date():
        at = form.at("at_time", dose.given_at, zone)
    return dose.given_at if at < dose.given_at and (dose.given_at - at).total_seconds() < 60 else at


@require_http_methods(["GET", "POST"])
@allow(Permission.VIEW_ROSTER, Permission.GIVE_DOSE, Permission.PRESCRIBE)
def vomit_shown(request: AccessRequest, vomit_id: UUID) -> HttpResponse:
    """What may be replaced, that it needs an order, and the order: signed here, or taken down from the phone."""
    now, by = clock.now(), request.access
    try:
        shown = queries.get_vomit(vomit_id=vomit_id, access=by)
    except VomitRecord.DoesNotExist as error:
        raise Http404 from error
    order = DoseOrder.objects.select_related("ordered_by", "phone_order").filter(vomit=shown).first()
    form = _order_form(request, shown, now) if order is None and shown.replace_mg > 0 else None
    if request.method == "POST" and form is not None and form.is_valid() and _ordered(request, shown, form, now):
        return redirect("dispensing:vomit_shown", shown.pk)
    context = {
        "shown": shown,
        "seen": VOMIT_SEEN_WORDS[VomitSeen(shown.seen)],
        "order": order,
        "used": order.doses.first() if order else None,
        "form": form,
        "signs": isinstance(form, OrderForm),
        "here": by.facility_id == shown.facility_id,
        "numbers": queries.numbers_to_call(facility_id=shown.facility_id, now=now),
    }
    return render(request, SHOWN, context, status=INVALID if form is not None and form.errors else 200)


def _order_form(request: AccessRequest, shown: VomitRecord, now: datetime) -> OrderForm | PhonedOrderForm | None:
    """Who prescribes signs; who gives the dose takes the physician's words down."""
    by = request.access
    posted = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {"id": new_id(), "mg": mg(shown.replace_mg), "told_at": time(now)}
    if by.may_at(Permission.PRESCRIBE, shown.facility_id):
        return OrderForm(posted, initial=initial)
    if by.may_at(Permission.GIVE_DOSE, shown.facility_id):
        called = phone_page.physicians(facility_id=shown.facility_id, now=now, besides=by.person_id)
        return PhonedOrderForm(posted, initial=initial, physicians=called)
    return None


def _ordered(request: AccessRequest, shown: VomitRecord, form: OrderForm | PhonedOrderForm, now: datetime) -> bool:
    said, by = form.cleaned_data, request.access
    command = NewOrder(said["id"], said["mg"], shown.pk, note=said.get("note", ""))
    try:
        if isinstance(form, OrderForm):
            dose_orders.sign(command=command, by=by, pin=said["pin"], now=now)
        else:
            told = Told(
                new_id(), shown.patient_id, int(said["ordered_by"]), form.at("told_at", now, by.zone), said["words"],
                said["read_back"],
            )  # fmt: skip
            dose_orders.by_phone(command=command, told=told, by=by, now=now)
    except PinRefused as refused:
        form.add_error("pin", refused.sentence)
    except IncidentRefused as refused:
        form.refuse(refused)
    except OrderRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
    except OtherContent:
        form.add_error(None, STANDS)
    else:
        messages.success(request, _("Đã ghi y lệnh uống bù %(mg)s mg.") % {"mg": mg(said["mg"])})
        return True
    return False


@require_http_methods(["GET", "POST"])
@allow(Permission.PRESCRIBE)
def supplement(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """One more dose today beside the prescription, signed."""
    now, by = clock.now(), request.access
    try:
        patient = get_patient(patient_id, access=by, permission=Permission.PRESCRIBE, day=clock.local_day(now, by.zone))
    except Patient.DoesNotExist as error:
        raise Http404 from error
    form = OrderForm(request.POST if request.method == "POST" else None, initial={"id": new_id()})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        command = NewOrder(said["id"], said["mg"], patient_id=patient.pk, note=said["note"])
        try:
            dose_orders.sign(command=command, by=by, pin=said["pin"], now=now)
        except PinRefused as refused:
            form.add_error("pin", refused.sentence)
        except IncidentRefused as refused:
            form.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(request, _("%(code)s: đã ký liều bổ sung.") % {"code": patient.code})
            return redirect("dispensing:prescription_patient", patient.pk)
    return render(request, SUPPLEMENT, {"form": form, "patient": patient}, status=INVALID if form.errors else 200)


def _seen() -> list[dict[str, Any]]:
    return [{"value": str(code), "label": words} for code, words in VOMIT_SEEN_WORDS.items()]
