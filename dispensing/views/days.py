"""The day is opened and closed, its sheet printed, and what was forgotten made good."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.clock import local_day
from core.qr import qr_path
from core.templatetags.tram import day as day_words
from core.templatetags.tram import time
from core.views.pages import INVALID
from dispensing.forms.days import CABINET, ClosingForm, OpeningForm, time_of
from dispensing.models import DayClose, DayOpening
from dispensing.queries import days as days_query
from dispensing.queries.day_sheet import day_sheet
from dispensing.queries.days import Undecided
from dispensing.queries.morning_notes import notes_of, orders_ending
from dispensing.queries.people import dispensers
from dispensing.queries.site_days import site_days
from dispensing.queries.watch_list import watch_list
from dispensing.rules.days import closing_moment
from dispensing.rules.settings import DosingSettings
from dispensing.services import closes, openings
from dispensing.services.closes import NewClose
from dispensing.services.openings import DayRefused, NewOpening, Opened, StatedAlready
from facilities.models import Facility
from facilities.services import settings as rule_settings
from inventory.queries.opening_day import OpeningDay, expected
from inventory.services.acts import StockRefused
from staff.forms import SecondPersonForm
from staff.queries.people import seconds_at
from staff.services.attestations import AttestationRefused
from staff.services.pins import PinRefused

SHOWN_DAYS: Final = 30
ONE_DAY: Final = timedelta(days=1)


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_OUTCOME)
def open_day(request: AccessRequest) -> HttpResponse:
    """One screen in the morning; a day that was forgotten is made good here, too."""
    now, by = clock.now(), request.access
    day = _day_asked(request, now)
    asked = expected(facility_id=by.facility_id or 0, now=now, zone=by.zone)
    form = OpeningForm(
        request.POST if request.method == "POST" else None,
        people=dispensers(facility_id=by.facility_id or 0, now=now),
        last_naloxone=asked.naloxone,
        bottles=asked.bottles if day == local_day(now, by.zone) else (),
        zone=by.zone,
        initial={"day": day, "at": _opening_time(request, day, now), "on_duty": [by.person_id]},
    )
    if not form.is_bound:
        return _opening_page(request, form, asked, day)
    if not _stands(request, form, DayOpening):
        return _opening_page(request, form, asked, day, status=INVALID)
    done = _try(form, lambda: openings.open_day(command=_opening(form), by=by, now=now), request)
    if done is None:
        return _opening_page(request, form, asked, day, status=INVALID)
    return redirect("dispensing:board") if done is STATED else _opened(request, done)


STATED: Final = object()  # somebody was first: said, and back to the board


def _stands(request: AccessRequest, form: OpeningForm | ClosingForm, kept: type[DayOpening | DayClose]) -> bool:
    """Whether everything is there; readings far off the book are asked a second time first, unless the day is kept."""
    if form.is_valid():
        by, said = request.access, form.cleaned_data
        if not kept.objects.filter(facility_id=by.facility_id or 0, day=said["day"]).exists():
            form.ask_again(openings.to_read_again(form.bottles_seen(), whole=said["id"], by=by, now=clock.now()))
    return form.is_valid()


def _try(form: OpeningForm | ClosingForm, act: Callable[[], Any], request: AccessRequest) -> Any:
    """The act's receipt; None where the form has to be shown again, STATED where somebody was first."""
    try:
        return act()
    except StatedAlready as first:
        words = _("%(by)s đã ghi việc này lúc %(at)s; không ghi thêm lần nữa.")
        messages.info(request, words % {"by": first.by, "at": time(first.at)})
        return STATED
    except DayRefused as refused:
        form.refuse(refused.faults)
    except StockRefused as refused:
        for found in refused.violations:
            form.add_error(form.field_of(found.field), f"{found.words} {found.todo}".strip())
    return None


def _opening(form: OpeningForm) -> NewOpening:
    said = form.cleaned_data
    count, expiry = form.naloxone_found()
    return NewOpening(
        id=said["id"],
        day=said["day"],
        opened_at=form.moment(),
        on_duty=tuple(said["on_duty"]),
        cabinet_locked=said["cabinet"] == "yes",
        bottles=form.bottles_seen(),
        closed=form.closed_found(),
        naloxone=count,
        naloxone_expiry=expiry,
        notes_read=said["notes_read"],
        note=said["note"],
    )


def _opened(request: AccessRequest, done: Opened) -> HttpResponse:
    figures = {"day": day_words(done.row.day), "at": time(done.row.opened_at)}
    messages.success(request, _("Đã mở ngày %(day)s lúc %(at)s.") % figures)
    for number in done.measure_now:
        messages.warning(request, _("Niêm phong khác lần đóng ngày trước: đo chai này trước liều đầu tiên."))
        return redirect("inventory:measure", number)
    return redirect("dispensing:board")


def _opening_page(
    request: AccessRequest, form: OpeningForm, asked: OpeningDay, day: date, status: int = 200
) -> HttpResponse:
    by, now = request.access, clock.now()
    facility_id, today = by.facility_id or 0, local_day(now, by.zone)
    rules = rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=now)
    stated = site_days(facility_ids=[facility_id], first=day, last=day)
    context = {
        "form": form,
        "asked": asked,
        "day": day,
        "is_today": day == today,
        "stated": stated[0].opened if stated else None,
        "people": [{"value": one.id, "label": one.initials} for one in dispensers(facility_id=facility_id, now=now)],
        "on_duty": [int(value) for value in form["on_duty"].value() or () if str(value).isdecimal()],
        "cabinet": [{"value": value, "label": label} for value, label in CABINET],
        "notes": notes_of(facility_id=facility_id, today=day),
        "watch": watch_list(facility_id=facility_id, today=day, now=now),
        "ending": orders_ending(facility_id=facility_id, today=day, days=max(rules.prescription_warn_days)),
    }
    return render(request, "dispensing/days/open.html", context, status=status)


def _opening_time(request: AccessRequest, day: date, now: datetime) -> Any:
    """Now for today; the opening hour for a day that is made good."""
    facility = _facility(request)
    return time_of(now, facility.zone) if day == local_day(now, facility.zone) else facility.opens_at


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("second_pin", "second_code")
@allow(Permission.RECORD_OUTCOME)
def close_day(request: AccessRequest) -> HttpResponse:
    """The end of the day: everybody spoken of, the bottles measured and sealed, the chain's end on the sheet."""
    now, by = clock.now(), request.access
    facility, day = _facility(request), _day_asked(request, now)
    closed = DayClose.objects.filter(facility=facility, day=day).exists()
    if closed and request.method == "GET":
        return _closed_page(request, facility, day)
    without_dose = _without_dose(facility, day)
    form, second = _closing_forms(request, facility, day, without_dose, now)
    if not form.is_bound:
        return _closing_page(request, form, second, day)
    if not _stands(request, form, DayClose) or not second.is_valid():
        return _closing_page(request, form, second, day, status=INVALID)
    try:
        done = _try(form, lambda: closes.close(command=_closing(form, second), by=by, now=now), request)
    except (AttestationRefused, PinRefused) as refused:
        second.refuse(refused)
        done = None
    if done is None:
        return _closing_page(request, form, second, day, status=INVALID)
    return redirect(f"{request.path}?day={day.isoformat()}")


def _closing_forms(
    request: AccessRequest, facility: Facility, day: date, without_dose: list[Undecided], now: datetime
) -> tuple[ClosingForm, SecondPersonForm]:
    posted = request.POST if request.method == "POST" else None
    is_today = day == local_day(now, facility.zone)
    at = time_of(now, facility.zone) if is_today else facility.closes_at
    asked = expected(facility_id=facility.pk, now=now, zone=facility.zone)
    form = ClosingForm(
        posted, without_dose=without_dose, bottles=asked.bottles if is_today else (), zone=facility.zone,
        initial={"day": day, "at": at},
    )  # fmt: skip
    people = seconds_at(facility_id=facility.pk, now=now, besides=request.access.person_id)
    return form, SecondPersonForm(posted, people=people)


def _closing(form: ClosingForm, second: SecondPersonForm) -> NewClose:
    said = form.cleaned_data
    return NewClose(
        id=said["id"],
        day=said["day"],
        closed_at=form.moment(),
        ends=form.ends(),
        bottles=form.bottles_seen(),
        early=said["early"],
        note=said["note"],
        second=second.second_person(),
    )


def _without_dose(facility: Facility, day: date) -> list[Undecided]:
    """Of whom the close has to speak: no dose, and nothing said or withheld and still open; withheld ones first."""
    found = days_query.of_the_day(facility_id=facility.pk, day=day)
    silent = [
        one
        for one in found
        if one.known.swallowed_mg == 0 and one.known.known and (one.known.outcome is None or one.open)
    ]
    return sorted(silent, key=lambda one: (not one.open, one.code))


def _closing_page(
    request: AccessRequest, form: ClosingForm, second: SecondPersonForm, day: date, status: int = 200
) -> HttpResponse:
    by, now = request.access, clock.now()
    facility = _facility(request)
    today = local_day(now, by.zone)
    closes_at = closing_moment(
        day=day, closes_at=facility.closes_at, zone=facility.zone, round_the_clock=facility.round_the_clock
    )
    context = {
        "form": form,
        "second": second.panel,
        "day": day,
        "is_today": day == today,
        "is_early": bool(form.without_dose) and day == today and (closes_at is None or now < closes_at),
        "method": expected(facility_id=facility.pk, now=now, zone=by.zone).method_words,
        "rows": form.rows,
    }
    return render(request, "dispensing/days/close.html", context, status=status)


def _closed_page(request: AccessRequest, facility: Facility, day: date) -> HttpResponse:
    """What the close has fixed; the books beside the measures only now."""
    shown = day_sheet(facility_id=facility.pk, day=day, zone=facility.zone)
    context = {"sheet": shown, "day": day, "is_today": day == local_day(clock.now(), facility.zone)}
    return render(request, "dispensing/days/closed.html", context)


@require_GET
@allow(Permission.VIEW_ROSTER)
def sheet(request: AccessRequest, day: str) -> HttpResponse:
    """The day on paper, A4; what came after the close stands below the line."""
    facility, asked = _facility(request), _read_day(day)
    shown = day_sheet(facility_id=facility.pk, day=asked, zone=facility.zone)
    close = shown.close
    code = f"{facility.pk} {asked.isoformat()} {close.sequence} {close.chain_hash}" if close else ""
    context = {
        "facility": facility,
        "sheet": shown,
        "day": asked,
        "opened": next(iter(site_days(facility_ids=[facility.pk], first=asked, last=asked)), None),
        "qr": qr_path(code) if code else None,
        "now": clock.now(),
        "by": request.access.label,
        "chain": f"{close.sequence} · {close.chain_hash}" if close else "",
        "signers": [{"role": _("Người cấp phát")}, {"role": _("Người chứng kiến")}, {"role": _("Trưởng trạm")}],
    }
    return render(request, "dispensing/days/sheet.html", context)


@require_GET
@allow(Permission.VIEW_ROSTER)
def days(request: AccessRequest) -> HttpResponse:
    """The last days of the site, newest first: opened, closed, or to be made good."""
    by = request.access
    today = local_day(clock.now(), by.zone)
    found = site_days(facility_ids=[by.facility_id or 0], first=today - SHOWN_DAYS * ONE_DAY, last=today)
    context = {"days": found[::-1], "today": today, "may_write": by.may(Permission.RECORD_OUTCOME)}
    return render(request, "dispensing/days/list.html", context)


def _facility(request: AccessRequest) -> Facility:
    return Facility.objects.get(pk=request.access.facility_id or 0)


def _day_asked(request: AccessRequest, now: datetime) -> date:
    """The day of the form or of the address; today where neither names one."""
    text = request.POST.get("day") or request.GET.get("day") or ""
    return _read_day(text) if text else local_day(now, request.access.zone)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as unreadable:
        raise Http404 from unreadable
