"""Accounts and appointments of other people, for who manages staff."""

from datetime import date, timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, Role, allow
from core.views.pages import INVALID
from staff.forms import AppointmentForm, EndForm, PersonForm
from staff.models import Appointment, Person
from staff.queries.people import Colleague, colleagues, get_colleague
from staff.queries.places import place_choices
from staff.roles import ROLES
from staff.services import appointments
from staff.services import people as accounts
from staff.services.people import PeopleRefused

manages_staff = allow(Permission.MANAGE_STAFF)


@manages_staff
@require_safe
def people(request: AccessRequest) -> HttpResponse:
    """?q= finds by name, user name, role or place."""
    words = request.GET.get("q", "").strip()[:100]
    found = colleagues(reach=_reach(request), today=_today(request), words=words)
    return render(request, "staff/people.html", {"people": found, "words": words})


@manages_staff
@require_http_methods(["GET", "POST"])
def add(request: AccessRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            handed_out = accounts.add(**form.cleaned_data, by=request.access, now=clock.now())
        except PeopleRefused as refused:
            form.add_error("username", refused.sentence)
        else:
            return render(request, "staff/handed_out.html", {"handed_out": handed_out}, status=201)
    return render(request, "staff/person_add.html", {"form": form}, status=INVALID if request.method == "POST" else 200)


@manages_staff
@require_safe
def person(request: AccessRequest, person_id: int) -> HttpResponse:
    return _page(request, _get(request, person_id), _appointment_form(request, None))


@manages_staff
@require_POST
def appoint(request: AccessRequest, person_id: int) -> HttpResponse:
    who = _get(request, person_id)
    form = _appointment_form(request, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            appointments.appoint(
                person_id=who.id,
                role=Role(data["role"]),
                place=appointments.Place.read(data["place"]),
                starts_on=data["starts_on"],
                expires_on=data["expires_on"],
                by=request.access,
                now=clock.now(),
            )
        except PeopleRefused as refused:
            form.add_error("starts_on" if isinstance(refused, appointments.TooEarly) else None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi phân công."))
            return redirect("staff:person", who.id)
    return _page(request, who, form, status=INVALID)


@manages_staff
@require_POST
def end(request: AccessRequest, appointment_id: int) -> HttpResponse:
    held = get_object_or_404(Appointment, pk=appointment_id)
    who = _get(request, held.person_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Chọn ngày làm việc cuối cùng."))
        return redirect("staff:person", who.id)
    try:
        appointments.end(
            appointment_id=held.pk, ended_on=form.cleaned_data["ended_on"], by=request.access, now=clock.now()
        )
    except PeopleRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Đã ghi ngày kết thúc."))
    return redirect("staff:person", who.id)


@manages_staff
@require_POST
def hand_out_password(request: AccessRequest, person_id: int) -> HttpResponse:
    who = _get(request, person_id)
    try:
        handed_out = accounts.hand_out_password(person_id=who.id, by=request.access, now=clock.now())
    except PeopleRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("staff:person", who.id)
    return render(request, "staff/handed_out.html", {"handed_out": handed_out}, status=201)


CHANGES: Final = {
    "free": (accounts.free, gettext_lazy("Đã mở khóa: thử lại được ngay.")),
    "forget-second-factor": (
        accounts.forget_second_factor,
        gettext_lazy("Đã bỏ mã bước hai: đăng ký lại ở lần đăng nhập sau."),
    ),
    "close": (accounts.close, gettext_lazy("Đã đóng tài khoản.")),
    "reopen": (accounts.reopen, gettext_lazy("Đã mở lại tài khoản.")),
}


@manages_staff
@require_POST
def change(request: AccessRequest, person_id: int, change: str) -> HttpResponse:
    """Free a locked sign-in, forget a lost telephone, close or reopen the account."""
    who = _get(request, person_id)
    act, words = CHANGES[change]
    try:
        act(person_id=who.id, by=request.access, now=clock.now())
    except PeopleRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, words)
    return redirect("staff:person", who.id)


def _today(request: AccessRequest) -> date:
    return clock.local_day(clock.now(), request.access.zone)


def _reach(request: AccessRequest) -> frozenset[int]:
    """Where this person manages staff; another appointment of theirs may reach further."""
    return request.access.reach_by_permission.get(Permission.MANAGE_STAFF, frozenset())


def _get(request: AccessRequest, person_id: int) -> Colleague:
    try:
        return get_colleague(person_id, reach=_reach(request), today=_today(request))
    except Person.DoesNotExist as missing:
        raise Http404 from missing


def _appointment_form(request: AccessRequest, data: QueryDict | None) -> AppointmentForm:
    roles = [(str(role), str(definition.name)) for role, definition in ROLES.items()]
    places = place_choices(reach=_reach(request))
    return AppointmentForm(data, roles=roles, places=places, initial={"starts_on": _today(request)})


def _page(request: AccessRequest, who: Colleague, form: AppointmentForm, *, status: int = 200) -> HttpResponse:
    own = who.id == request.access.person_id
    context = {"person": who, "form": form, "own": own, "yesterday": _today(request) - timedelta(days=1)}
    return render(request, "staff/person.html", context, status=status)
