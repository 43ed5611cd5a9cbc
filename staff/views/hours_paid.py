"""The head approves hours; payroll pays them, by site and month."""

from datetime import date, timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.files import as_file
from core.views.pages import INVALID
from facilities.models import Facility
from staff.forms_hours import ApprovalForm, BatchForm, TermForm
from staff.models import Person
from staff.queries.hour_papers import payroll_paper
from staff.queries.hours import to_approve
from staff.queries.payroll import Payroll, due_at, payroll
from staff.queries.people import works_at
from staff.queries.reckoning import month_after, terms_of
from staff.services import approvals, pins
from staff.services import payroll as paying
from staff.services.hours_refusals import Gone, HoursRefused
from staff.views.hours import month_asked

LAST_PAID: Final = timedelta(days=62)  # who has left is paid for the month before, too; after that it is another's


@allow(Permission.APPROVE_HOURS)
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def approve(request: AccessRequest) -> HttpResponse:
    """What people confirmed, to look at and to sign for."""
    waiting = to_approve(reach=request.access.reach_by_permission[Permission.APPROVE_HOURS], by=request.access)
    others = [person for person in waiting if not person.own]
    shown = [str(row.id) for person in others for row in person.rows]
    form = ApprovalForm(request.POST or None, choices=shown)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done = approvals.approve(interval_ids=data["chosen"], by=request.access, pin=data["pin"], now=clock.now())
        except (HoursRefused, pins.PinRefused) as refused:
            form.add_error("pin" if isinstance(refused, pins.PinRefused) else None, refused.sentence)
        else:
            words = ngettext("Đã duyệt %(n)d lần ghi.", "Đã duyệt %(n)d lần ghi.", done)
            messages.success(request, words % {"n": done})
            return redirect("staff:hours-approve")
    typed = set(request.POST.getlist("chosen")) if request.method == "POST" else set(shown)
    context = {"others": others, "own": [person for person in waiting if person.own], "form": form, "typed": typed}
    return render(request, "staff/hours/approve.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.PAY_HOURS)
@require_http_methods(["GET", "POST"])
def pay(request: AccessRequest) -> HttpResponse:
    """A month of the site: ?month=2026-11&facility=ID. Posting writes down that what is due was paid."""
    place, month = _asked(request)
    found = payroll(facility_id=place.pk, month=month)
    today = clock.local_day(clock.now(), place.zone)
    seen = paying.due_digest(list(found.lines))
    form = BatchForm(request.POST or None, initial={"id": new_id(), "paid_on": today, "seen": seen})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        command = paying.NewBatch(data["id"], place.pk, month, data["reference"].strip(), data["paid_on"], data["seen"])
        try:
            paying.pay(command=command, by=request.access, now=clock.now())
        except Gone:
            messages.error(request, _("Giờ làm vừa thay đổi. Xem lại các số dưới đây rồi ghi thanh toán."))
            return redirect(f"{request.path}?month={month:%Y-%m}&facility={place.pk}")
        except HoursRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi thanh toán của tháng này."))
            return redirect(f"{request.path}?month={month:%Y-%m}&facility={place.pk}")
    context = _context(request, found, place, today) | {"form": form}
    return render(request, "staff/hours/payroll.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.PAY_HOURS)
@require_safe
def payroll_file(request: AccessRequest) -> HttpResponse:
    """The month of the site as PDF or Excel: ?month=2026-11&facility=ID&as=pdf|xlsx."""
    place, month = _asked(request)
    found = payroll(facility_id=place.pk, month=month)
    paper = payroll_paper(found=found, facility_id=place.pk, by=request.access, now=clock.now())
    return as_file(paper, f"lam-them-gio-{month:%Y-%m}", excel=request.GET.get("as") == "xlsx")


@allow(Permission.PAY_HOURS)
@require_http_methods(["GET", "POST"])
def term(request: AccessRequest, person_id: int) -> HttpResponse:
    """What an hour of one person of the site is worth, from a day on."""
    reach = request.access.reach_by_permission[Permission.PAY_HOURS]
    since = clock.local_day(clock.now(), request.access.zone) - LAST_PAID
    place_id = next((each for each in sorted(reach) if works_at(person_id, facility_id=each, since=since)), None)
    if place_id is None:
        raise Http404
    held = terms_of([person_id]).get(person_id, [])
    initial = {"id": new_id(), "from_day": clock.local_day(clock.now(), request.access.zone).replace(day=1)}
    if held:
        initial |= {"hourly": TermForm.written(held[0].hourly), "spared": held[0].spared}
    form = TermForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        command = paying.NewTerm(data["id"], person_id, data["hourly"], data["spared"], data["from_day"])
        try:
            paying.set_term(command=command, facility_id=place_id, by=request.access, now=clock.now())
        except HoursRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi mức lương giờ."))
            return redirect("staff:hours-payroll")
    context = {"form": form, "person": Person.objects.get(pk=person_id), "held": held}
    return render(request, "staff/hours/term.html", context, status=INVALID if form.is_bound else 200)


def _asked(request: AccessRequest) -> tuple[Facility, date]:
    """The place, of those that the person pays for, and the month; none named: their own, or where something is to
    be paid. Raises Http404 for another place."""
    places = _places(request)
    chosen = request.GET.get("facility", "")
    own = next((place for place in places if place.pk == request.access.facility_id), places[0])
    month = month_asked(request.GET.get("month", ""), clock.local_day(clock.now(), own.zone))
    if not chosen:
        due = due_at([each.pk for each in places], month=month)
        return next((each for each in (own, *places) if due[each.pk]), own), month
    place = next((each for each in places if str(each.pk) == chosen), None)
    if place is None:
        raise Http404
    return place, month


def _places(request: AccessRequest) -> list[Facility]:
    reach = request.access.reach_by_permission[Permission.PAY_HOURS]
    return list(Facility.objects.filter(pk__in=reach).order_by("name", "id"))


def _context(request: AccessRequest, found: Payroll, place: Facility, today: date) -> dict[str, object]:
    after = month_after(found.month)
    places = _places(request)
    due = due_at([each.pk for each in places], month=found.month) if len(places) > 1 else {}
    return {
        "found": found,
        "place": place,
        "places": [(each, due.get(each.pk, 0)) for each in places],
        "before": date.fromordinal(found.month.toordinal() - 1).replace(day=1),
        "after": after if after <= today else None,
    }
