"""The dated settings of a province: everybody who oversees a site reads them, the province changes them. And the
overdose card, which everybody signed in opens, with or without the server. The days that differ from their week.
"""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow, allow_public
from core.views.pages import INVALID
from facilities.forms import CalendarForm, CardForm, SettingForm
from facilities.models import Facility
from facilities.queries import settings as queries
from facilities.queries.calendar import days_of_year
from facilities.services import days_by_hand, emergency
from facilities.services import overdose as cards
from facilities.services import settings as services
from facilities.worker import CARD, OFFLINE, script

FIRST_YEAR, YEARS_AHEAD = 2020, 2


@allow(*queries.LOOK)
@require_safe
def settings(request: AccessRequest) -> HttpResponse:
    """?facility= chooses the place; without it, the first one."""
    places = queries.places(request.access)
    asked = request.GET.get("facility") or str(request.access.facility_id or "")
    chosen = next((place for place in places if str(place.pk) == asked), None)
    if chosen is None and (request.GET.get("facility") or not places):
        raise Http404
    place = chosen or places[0]
    groups = queries.overview(place, groups=services.groups(), now=clock.now())
    unconfirmed = sum(line.unconfirmed for group in groups for line in group.lines)
    context = {"places": places, "place": place, "groups": groups, "unconfirmed": unconfirmed}
    return render(request, "facilities/settings.html", context)


@allow(*queries.LOOK)
@require_safe
def setting(request: AccessRequest, facility_id: int, key: str) -> HttpResponse:
    place = _place(request, facility_id)
    form = _form(request, place, key) if request.access.may_at(Permission.SET_RULES, place.pk) else None
    return _page(request, place, key, form)


@allow(Permission.SET_RULES)
@require_POST
def change(request: AccessRequest, facility_id: int, key: str) -> HttpResponse:
    place = _place(request, facility_id)
    if not request.access.may_at(Permission.SET_RULES, place.pk):
        raise PermissionDenied
    form = _form(request, place, key, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.change(
                key=key,
                value=data["value"],
                scope=_scope(place, data["scope"]),
                by=request.access,
                effective_from=form.begins_at,
                source=data["source"],
                now=clock.now(),
            )
        except services.TooSoon:
            form.add_error("from_time", _("Sớm quá: chọn thời điểm ít nhất 5 phút nữa, để mọi màn hình kịp biết."))
        except services.NotReached:
            form.add_error("scope", _("Có cơ sở trong phạm vi này bạn không quản lý. Chọn phạm vi hẹp hơn."))
        else:
            messages.success(request, _("Đã ghi. Giá trị mới có hiệu lực từ thời điểm đã chọn."))
            return redirect("facilities:setting", place.pk, key)
    return _page(request, place, key, form, status=INVALID)


def _place(request: AccessRequest, facility_id: int) -> Facility:
    found = next((place for place in queries.places(request.access) if place.pk == facility_id), None)
    if found is None:
        raise Http404
    return found


def _scope(place: Facility, chosen: str) -> services.Scope:
    scopes: dict[str, services.Scope] = {"province": place.area.province, "area": place.area, "facility": place}
    return scopes[chosen]


def _one(place: Facility, key: str) -> queries.SettingPage:
    try:
        return queries.one(place, key, groups=services.groups(), now=clock.now())
    except KeyError as missing:
        raise Http404 from missing


def _form(request: AccessRequest, place: Facility, key: str, data: Any = None) -> SettingForm:
    line = _one(place, key).line
    scopes = [
        ("province", _("toàn tỉnh %(name)s") % {"name": place.area.province.name}),
        ("area", _("khu vực %(name)s") % {"name": place.area.name}),
        ("facility", _("chỉ %(name)s") % {"name": place.name}),
    ]
    return SettingForm(
        data,
        group=services.groups()[key.partition(".")[0]],
        line=line,
        scopes=scopes,
        zone=place.zone,
        now=clock.now(),
    )


def _page(
    request: AccessRequest, place: Facility, key: str, form: SettingForm | None, *, status: int = 200
) -> HttpResponse:
    context = {"place": place, "page": _one(place, key), "form": form}
    return render(request, "facilities/setting.html", context, status=status)


@allow()
@require_safe
def overdose(request: AccessRequest) -> HttpResponse:
    """The card as a page of its own, nothing about the person on it: a browser keeps it for when no server answers."""
    return render(request, "facilities/overdose.html", {"card": cards.card(request.access, now=clock.now())})


@allow()
@require_safe
def offline(request: AccessRequest) -> HttpResponse:
    """What a browser shows where no server answers: that nothing can be recorded now, and the card."""
    context = {"card": cards.card(request.access, now=clock.now()), "offline": True}
    return render(request, "facilities/overdose.html", context)


@allow(Permission.KEEP_SITE_CARD)
@require_http_methods(["GET", "POST"])
def overdose_card(request: AccessRequest, facility_id: int) -> HttpResponse:
    """This site's numbers and where the naloxone is, written by who runs it."""
    place = Facility.objects.filter(pk=facility_id).first()
    if place is None or not request.access.may_at(Permission.KEEP_SITE_CARD, facility_id):
        raise Http404
    written = cards.latest(facility_id)
    now = vars(written) if written else {"emergency_phone": cards.AMBULANCE}
    form = CardForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_bound and form.is_valid():
        new = emergency.NewCard(**form.cleaned_data)
        emergency.write(facility_id=facility_id, new=new, by=request.access, now=clock.now())
        messages.success(request, _("Đã ghi. Thẻ quá liều trên mọi màn hình đổi theo trong một phút."))
        return redirect("facilities:overdose-card", facility_id)
    context = {"place": place, "form": form, "written": written}
    return render(request, "facilities/overdose_card.html", context, status=INVALID if form.is_bound else 200)


@allow_public("The script that keeps the card in the browser: our own code and addresses, nothing of the field.")
@require_safe
def worker(request: AccessRequest) -> HttpResponse:
    return HttpResponse(script(CARD, OFFLINE), content_type="text/javascript")


@allow(Permission.SET_RULES)
@require_http_methods(["GET", "POST"])
def days(request: AccessRequest) -> HttpResponse:
    """?year=2026: its holidays and swapped days, and a form for one more."""
    today = clock.local_day(clock.now(), request.access.zone)
    year = _year(request.GET.get("year", ""), today)
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        days_by_hand.keep(day=data["day"], kind=data["kind"], name=data["name"], by=request.access, now=clock.now())
        messages.success(request, _("Đã ghi ngày này. Giờ làm của ngày được tính lại theo loại ngày mới."))
        return redirect(f"/facilities/calendar/?year={data['day'].year}")
    context = {"year": year, "before": year - 1, "after": year + 1, "days": days_of_year(year), "form": form}
    return render(request, "facilities/calendar.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.SET_RULES)
@require_POST
def drop(request: AccessRequest, calendar_day: str) -> HttpResponse:
    """The calendar of the law holds again for this day."""
    today = clock.local_day(clock.now(), request.access.zone)
    try:
        day = date.fromisoformat(calendar_day)
    except ValueError:
        day = today
    if days_by_hand.drop(day=day, by=request.access, now=clock.now()):
        messages.success(request, _("Đã bỏ. Ngày này tính theo lịch chung."))
    return redirect(f"/facilities/calendar/?year={day.year}")


def _year(text: str, today: date) -> int:
    year = int(text) if text.isdecimal() and len(text) == 4 else today.year
    return min(max(year, FIRST_YEAR), today.year + YEARS_AHEAD)
