"""Delegations: given by a physician, used by an assistant physician, ended early by either."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.templatetags.tram import day
from core.views.pages import INVALID
from dispensing.forms.named_orders import DelegationForm, InTheNameForm
from dispensing.models import Delegation
from dispensing.queries import named_orders as queries
from dispensing.queries import phone_page
from dispensing.queries.prescriptions import PatientPage
from dispensing.rules.named_orders import may_be_told
from dispensing.services import delegations as service
from dispensing.services.named_orders import OrderRefused, OtherContent
from dispensing.views.holds import patient_page
from staff.services.pins import PinRefused

PAGE = "dispensing/prescriptions/delegations.html"
ACT = "dispensing/prescriptions/in_the_name.html"


@allow(Permission.VIEW_PRESCRIPTIONS)
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def index(request: AccessRequest) -> HttpResponse:
    """The delegations that I gave or hold; a physician gives a new one, signed by PIN."""
    if not request.access.may(Permission.PRESCRIBE) or request.access.facility_id is None:
        return _page(request, None)
    form = _form(request)
    if not form.is_bound or not form.is_valid():
        return _page(request, form)
    command = form.command(request.access.facility_id)
    try:
        service.delegate(command=command, by=request.access, pin=form.cleaned_data["pin"], now=clock.now())
    except PinRefused as refused:
        form.add_error("pin", refused.sentence)
    except OrderRefused as refused:
        form.add_error(refused.field, refused.sentence)
    except OtherContent:
        form.add_error(None, _("Phiếu này đã được gửi với nội dung khác. Mở lại trang và xem."))
    else:
        messages.success(request, _("Đã ủy quyền."))
        return redirect("dispensing:delegations")
    return _page(request, form)


@allow(Permission.VIEW_PRESCRIPTIONS)
@require_POST
def end(request: AccessRequest, delegation_id: UUID) -> HttpResponse:
    """End it at once, by either of the two."""
    try:
        service.end(delegation_id=delegation_id, by=request.access, now=clock.now())
    except Delegation.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Đã kết thúc ủy quyền."))
    return redirect("dispensing:delegations")


@allow(Permission.LIFT_HOLD)
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def act(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The assistant physician signs in the physician's name."""
    page = patient_page(request, patient_id, Permission.LIFT_HOLD)
    form = _act_form(request, page)
    if not form.is_bound or not form.is_valid():
        return _act_page(request, page, form)
    try:
        service.act(command=form.command(patient_id), by=request.access, pin=form.cleaned_data["pin"], now=clock.now())
    except PinRefused as refused:
        form.add_error("pin", refused.sentence)
    except OrderRefused as refused:
        form.refuse(refused)
    except OtherContent:
        form.add_error(None, _("Phiếu này đã được gửi với nội dung khác. Mở lại trang và xem."))
    else:
        messages.success(request, _("%(code)s: đã ký thay. Bác sĩ còn phải ký.") % {"code": page.known.code})
        return redirect("dispensing:prescription_patient", patient_id)
    return _act_page(request, page, form)


def _form(request: AccessRequest) -> DelegationForm:
    by, now = request.access, clock.now()
    posted = request.POST if request.method == "POST" else None
    assistants = phone_page.assistants(facility_id=by.facility_id or 0, now=now)
    return DelegationForm(posted, initial={"id": new_id()}, assistants=assistants)


def _page(request: AccessRequest, form: DelegationForm | None) -> HttpResponse:
    held = queries.delegations(request.access, clock.now())
    me = request.access.person_id
    context: dict[str, Any] = {"held": held, "form": form, "me": me, "place": request.access.facility_name}
    return render(request, PAGE, context, status=INVALID if form and form.errors else 200)


def _act_form(request: AccessRequest, page: PatientPage) -> InTheNameForm:
    under = queries.delegations_for(facility_id=page.place.pk, by=request.access, now=clock.now())
    return InTheNameForm(
        request.POST if request.method == "POST" else None,
        initial={"id": new_id()},
        options=phone_page.options(
            patient_id=page.known.facts.patient_id, kinds=may_be_told(page.blocks, page.settings)
        ),
        days=phone_page.day_choices(page.settings),
        under=[(str(one.pk), f"{one.physician.full_name}, {_('đến hết')} {day(one.ends_on)}") for one in under],
    )


def _act_page(request: AccessRequest, page: PatientPage, form: InTheNameForm) -> HttpResponse:
    context = {"page": page, "form": form}
    return render(request, ACT, context, status=INVALID if form.errors else 200)
